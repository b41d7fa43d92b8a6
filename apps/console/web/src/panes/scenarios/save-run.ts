import type { ConsoleApi } from '../../api/console-api';
import type { Run } from '../../store/runs';

/** The server's own file of the run, as it is. */
export async function saveRun(api: ConsoleApi, { run, scenario, seed, naive }: Run): Promise<void> {
  const text = await api.text(`/lab/runs/${run}`);
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${scenario}-${seed}${naive ? '-naive' : ''}.ndjson`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
