import { UnavailableProblem } from '@madang/service-kit';
import { context, propagation } from '@opentelemetry/api';

const PATIENCE_MS = 2_000;

/** What many would write first: whoever has withdrawn is told to the other service, in the same request. */
export class BoardCall {
  constructor(
    private readonly boardUrl: string | undefined,
    private readonly adminToken: string | undefined,
  ) {}

  /** @throws UnavailableProblem if the board does not say that it has hidden the posts: nobody will ask it again */
  async hidePosts(memberId: string): Promise<void> {
    if (this.boardUrl === undefined || this.adminToken === undefined) throw new UnavailableProblem('lab-incomplete', { detail: 'LAB_BOARD_URL and ADMIN_TOKEN are needed for a direct call.' });
    const headers: Record<string, string> = { authorization: `Bearer ${this.adminToken}`, 'content-type': 'application/json' };
    propagation.inject(context.active(), headers);
    try {
      const response = await fetch(`${this.boardUrl}/lab/hidden-authors`, { method: 'POST', headers, body: JSON.stringify({ memberId }), signal: AbortSignal.timeout(PATIENCE_MS) });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`it answers ${response.status}`);
    } catch (cause) {
      throw new UnavailableProblem('board-unavailable', { detail: 'You have withdrawn, and the board could not be told.', cause });
    }
  }
}
