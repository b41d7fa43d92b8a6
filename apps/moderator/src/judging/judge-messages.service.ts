import type { DomainEvent } from '@madang/event-bus';
import { type MessageSpokenPayload, systemMessageRequested } from '@madang/events';
import type { UuidV7Format } from '@madang/ids';
import { InjectIdFormat } from '@madang/ids/nest';
import { Inbox, Outbox } from '@madang/outbox';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { VersionedRule } from '../rules/rule.contract';
import { RuleBook } from '../rules/rule-book.service';
import type { RuleHit, RuleSet } from '../rules/rule-set';
import { Breath } from './breath';
import { detectorSeconds, hitsTotal } from './judging.metrics';
import { toldBefore } from './told-before';
import { warningId } from './warning-id';
import type { Outcome, Trigger } from './warnings';

export type SpokenEvent = DomainEvent<MessageSpokenPayload>;

/** A message that hits a rule. */
interface Found extends Trigger, RuleHit {
  readonly rule: VersionedRule;
  readonly event: SpokenEvent;
}

interface Decided extends Found {
  readonly outcome: Outcome;
}

// Sorted, so that two batches that share rooms cannot wait for each other in a circle. Whoever holds a room decides alone of what it is told.
const LOCK_ROOMS = `
  INSERT INTO room (id, commands) SELECT DISTINCT id, 0 FROM unnest($1::uuid[]) AS id ORDER BY id
  ON CONFLICT (id) DO UPDATE SET commands = room.commands RETURNING id, commands`;

const RAISE_VERSIONS = `
  UPDATE room SET commands = raised.commands FROM jsonb_to_recordset($1::jsonb) AS raised(id uuid, commands integer) WHERE room.id = raised.id`;

const INSERT_HITS = `
  INSERT INTO hit (id, room_id, message_id, seq, rule_id, rule_version, spans, outcome, triggered_at)
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS found(
    id uuid, room_id uuid, message_id uuid, seq integer, rule_id text, rule_version integer, spans jsonb, outcome text, triggered_at timestamptz)`;

/** Judges what was said, and asks the chat to warn: each message once, whatever is delivered twice or dies in between. */
@Injectable()
export class JudgeMessagesService {
  constructor(
    private readonly rules: RuleBook,
    private readonly inbox: Inbox,
    private readonly outbox: Outbox,
    @InjectIdFormat('hit') private readonly ids: UuidV7Format,
  ) {}

  /**
   * All in one transaction, by one set of rules. What hits nothing has no effect that could come twice, so it costs no row; delivered again, it is judged by the
   * rules of then.
   *
   * @returns what came of each hit of a message that had not been judged before
   */
  async judge(events: readonly SpokenEvent[]): Promise<readonly Outcome[]> {
    const found = await search(events, await this.rules.current());
    if (found.size === 0) return [];
    let decided: readonly Decided[] = [];
    await this.inbox.applyBatch([...found.keys()], async (fresh, manager) => {
      decided = await this.decide(fresh.flatMap((event) => found.get(event) ?? []), manager);
    });
    for (const { rule, outcome } of decided) hitsTotal.inc({ rule: rule.id, outcome }); // it has committed
    return decided.map(({ outcome }) => outcome);
  }

  private async decide(found: readonly Found[], manager: EntityManager): Promise<readonly Decided[]> {
    const [rooms, warnings] = [await lockRooms(found, manager), await toldBefore(found, manager)];
    const decided = found.map((hit) => ({ ...hit, outcome: warnings.decide(hit) }));
    await manager.query(INSERT_HITS, [JSON.stringify(decided.map((hit) => this.toRow(hit)))]);
    await this.ask(decided.filter(({ outcome }) => outcome === 'said'), rooms, manager);
    return decided;
  }

  private async ask(said: readonly Decided[], rooms: Map<string, number>, manager: EntityManager): Promise<void> {
    const commands = said.map(({ roomId, messageId, rule, event }) => {
      const version = (rooms.get(roomId) ?? 0) + 1;
      rooms.set(roomId, version);
      return systemMessageRequested.occurred({
        aggregateId: roomId,
        aggregateVersion: version,
        payload: { roomId, messageId: this.idOf(messageId, rule.id), triggerMessageId: messageId, ruleId: rule.id, ruleVersion: rule.version, text: rule.text },
        traceparent: event.traceparent,
      });
    });
    await this.outbox.publish(manager, ...commands);
    const raised = [...new Set(said.map(({ roomId }) => roomId))].map((id) => ({ id, commands: rooms.get(id) }));
    if (raised.length > 0) await manager.query(RAISE_VERSIONS, [JSON.stringify(raised)]);
  }

  protected idOf(messageId: string, ruleId: string): string {
    return warningId(messageId, ruleId);
  }

  private toRow({ roomId, messageId, event, rule, spans, outcome, at }: Decided): Record<string, unknown> {
    const { seq } = event.payload;
    return { id: this.ids.generate(), room_id: roomId, message_id: messageId, seq, rule_id: rule.id, rule_version: rule.version, spans, outcome, triggered_at: new Date(at) };
  }
}

async function search(events: readonly SpokenEvent[], rules: RuleSet): Promise<ReadonlyMap<SpokenEvent, readonly Found[]>> {
  const found = new Map<SpokenEvent, readonly Found[]>();
  const breath = new Breath();
  for (const event of events) {
    const { roomId, messageId, text } = event.payload;
    const end = detectorSeconds.startTimer();
    const hits = rules.hits(text);
    end();
    // In small letters, as PostgreSQL gives them back.
    const [room, message, at] = [roomId.toLowerCase(), messageId.toLowerCase(), Date.parse(event.time)];
    if (hits.length > 0) found.set(event, hits.map(({ rule, spans }) => ({ rule, spans, event, roomId: room, messageId: message, at })));
    await breath.take();
  }
  return found;
}

async function lockRooms(found: readonly Found[], manager: EntityManager): Promise<Map<string, number>> {
  const rows: { id: string; commands: number }[] = await manager.query(LOCK_ROOMS, [found.map(({ roomId }) => roomId)]);
  return new Map(rows.map(({ id, commands }) => [id, commands]));
}
