import { type NewSettings, ROOM_MODES, ROOM_NAME, type RoomMode, type RoomStatus, type StoredSettings } from '@madang/waiting-room';
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const RoomName = z
  .string()
  .regex(ROOM_NAME, { error: 'expected 1 to 63 of a-z, 0-9 and -' })
  .meta({ example: 'event-product' });

const fields = {
  limit: z.int().meta({ description: 'Admissions in any interval of intervalMs', example: 10 }),
  intervalMs: z.int().meta({ example: 5_000 }),
  mode: z.enum(ROOM_MODES as [RoomMode, ...RoomMode[]]).meta({
    description:
      'open: who need not wait enters at once. queue-all: everybody takes a place first. paused: nobody is admitted, places are given. draining: those who wait are admitted, nobody ' +
      'new comes in. pass-through: everybody enters, nothing is counted',
    example: 'open',
  }),
  opensAt: z.int().nullable().meta({ description: 'Milliseconds since 1970: nobody is admitted before, and who comes earlier is put into an order that is drawn then; null: it is open', example: null }),
  graceMs: z.int().meta({ description: 'Whoever has not asked for so long has left', example: 60_000 }),
  passTtlMs: z.int().meta({ description: 'How long a pass holds after the admission', example: 600_000 }),
  ticketTtlMs: z.int().meta({ description: 'How long a ticket gets its place back after Valkey has forgotten it', example: 86_400_000 }),
  onOutage: z.enum(['open', 'closed']).meta({ description: 'While Valkey is away: everybody is let in, not counted, or nobody', example: 'closed' }),
};

/** `PUT /waiting-rooms/:room`: what is left out stays as it is. */
export const RoomChange = z.strictObject(fields).partial().meta({ id: 'RoomChange' });
export type RoomChange = z.output<typeof RoomChange>;

export const RoomView = z
  .object({
    room: RoomName,
    ...fields,
    version: z.int().meta({ description: 'Counts changes' }),
    waiting: z.int(),
    admitted: z.int().meta({ description: 'Since the room was made' }),
    now: z.int().meta({ description: 'Of the clock that decides, in milliseconds since 1970' }),
    seedSha256: z.string().meta({ description: 'Of what the order before the opening is drawn from: whoever keeps it knows that it was not chosen afterwards' }),
    seed: z.string().nullable().meta({ description: 'null before the opening' }),
    drawn: z
      .object({ from: z.number(), to: z.number() })
      .meta({ description: 'Places before the opening: from + floor(first 52 bits of sha1("<seed>:<visitor>") / 2^52 * (to - from)), in microseconds; the visitor stands in the ticket. 0 and 0: none were drawn' }),
  })
  .meta({ id: 'WaitingRoom' });
export type RoomView = z.output<typeof RoomView>;

/** @throws RangeError for a new room that lacks a rate */
export function changedSettings(before: StoredSettings | undefined, { opensAt, ...change }: RoomChange): NewSettings {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const opening = opensAt === undefined ? {} : { opensAt: opensAt ?? undefined };
  if (before) {
    const { version: _version, seed: _seed, opened: _opened, ...settings } = before;
    return { ...settings, ...given, ...opening };
  }
  const { limit, intervalMs } = change;
  if (limit === undefined || intervalMs === undefined) throw new RangeError('A new room needs limit and intervalMs.');
  return { ...given, ...opening, limit, intervalMs };
}

export function roomView(room: string, { opened: _opened, opensAt, seed, ...settings }: StoredSettings, { waiting, admitted, now, drawn }: RoomStatus): RoomView {
  const isOpen = opensAt === undefined || opensAt <= now;
  const seedSha256 = createHash('sha256').update(seed).digest('hex');
  return { room, ...settings, opensAt: opensAt ?? null, waiting, admitted, now: Math.floor(now), seedSha256, seed: isOpen ? seed : null, drawn };
}
