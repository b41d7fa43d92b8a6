import type { DomainEvent } from '@madang/event-bus';
import type { MemberPayload } from '@madang/events';
import { Switchboard } from '@madang/lab/nest';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type HiddenPost, HideWithdrawnAuthorService } from '../authors/hide-withdrawn-author.service';

// Nothing keeps it from what has been done: that it is done once is taken for granted.
const HIDE_ALL = `
  UPDATE post SET title = NULL, body = NULL, hidden_at = now(), version = version + 1
  WHERE author_id = ANY($1::uuid[])
  RETURNING id, version, author_id AS "authorId"`;

/** The board's answer to withdrawals beside its naive counterpart, which keeps no inbox and so tells `post.hidden` as often as it is told. */
@Injectable()
export class SwitchedHiding extends HideWithdrawnAuthorService {
  @Inject(Switchboard) private readonly switches!: Switchboard;
  @Inject(DataSource) private readonly dataSource!: DataSource;

  override async hide(events: readonly DomainEvent<MemberPayload>[]): Promise<number> {
    if (this.switches.mode('inbox') === 'inbox') return super.hide(events);
    await this.dataSource.transaction((manager) => this.takeEffect(events.map(({ payload }) => payload.memberId), events, manager));
    return events.length;
  }

  /** By a direct call, which has no event and no id that an inbox could know it by. */
  async hideAuthors(authorIds: readonly string[]): Promise<void> {
    await this.dataSource.transaction((manager) => this.takeEffect(authorIds, [], manager));
  }

  protected override async hidePosts(authorIds: readonly string[], manager: EntityManager): Promise<readonly HiddenPost[]> {
    if (this.switches.mode('inbox') === 'inbox') return super.hidePosts(authorIds, manager);
    const [hidden]: [HiddenPost[], number] = await manager.query(HIDE_ALL, [authorIds]);
    return hidden;
  }
}
