import type { EntityManager } from 'typeorm';
import { type Trigger, Warnings } from './warnings';

// Of each hit the last time before it is enough: what lies further back cannot be nearer.
const TOLD = `
  SELECT position, last.triggered_at AS "toldAt", EXISTS (SELECT FROM hit WHERE message_id = t.message_id AND rule_id = t.rule_id AND outcome = 'said') AS told
  FROM jsonb_to_recordset($1::jsonb) AS t(position integer, room_id uuid, message_id uuid, rule_id text, at timestamptz)
  LEFT JOIN LATERAL (
    SELECT triggered_at FROM hit WHERE room_id = t.room_id AND rule_id = t.rule_id AND outcome = 'said' AND triggered_at <= t.at
    ORDER BY triggered_at DESC LIMIT 1) AS last ON true`;

/** What rooms were told that bears on these hits. The caller holds the rooms' rows. */
export async function toldBefore(triggers: readonly Trigger[], manager: EntityManager): Promise<Warnings> {
  const asked = triggers.map(({ roomId, messageId, rule, at }, position) => ({ position, room_id: roomId, message_id: messageId, rule_id: rule.id, at: new Date(at) }));
  const rows: { position: number; toldAt: Date | null; told: boolean }[] = await manager.query(TOLD, [JSON.stringify(asked)]);
  const warnings = new Warnings();
  for (const { position, toldAt, told } of rows) {
    const trigger = triggers[position];
    if (!trigger) continue;
    if (toldAt) warnings.tellAt(trigger.roomId, trigger.rule.id, toldAt.getTime());
    if (told) warnings.tell(trigger.messageId, trigger.rule.id);
  }
  return warnings;
}
