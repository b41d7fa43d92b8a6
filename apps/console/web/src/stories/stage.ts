import type { Desk } from '../desk';
import type { Result } from '../ui/result';

/** What a story acts on. Each line is told as it happens. */
export interface Stage extends Pick<Desk, 'api' | 'store' | 'say' | 'topology'> {
  report(line: Result): void;
}
