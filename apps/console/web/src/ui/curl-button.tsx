import type { ReactNode } from 'react';
import { labCurl, type LabCall } from '../api/curl';
import { useDesk } from '../desk';
import { CopyButton } from './parts';

/** What the button beside it does, for a terminal. The lab has no Swagger page. */
export function CurlButton(call: LabCall): ReactNode {
  const { say } = useDesk();
  return <CopyButton text={labCurl(call)} label={say('common.copy-curl')} />;
}
