import { ROOM_MODES, ROOM_NAME, type RoomMode, type RoomSettings, type RoomStatus, SETTING_BOUNDS } from '@madang/waiting-room';
import { createHash } from 'node:crypto';
import { z } from 'zod';

export const RoomName = z
  .string()
  .regex(ROOM_NAME, { error: 'expected 1 to 63 of a-z, 0-9 and -' })
  .meta({ example: 'event-product' });

function bounded(setting: keyof typeof SETTING_BOUNDS) {
  const [least, most] = SETTING_BOUNDS[setting];
  return z.int().min(least).max(most);
}

const fields = {
  limit: bounded('limit').meta({ description: 'Admissions in any interval of intervalMs', example: 10 }),
  intervalMs: bounded('intervalMs').meta({ example: 5_000 }),
  mode: z.enum(ROOM_MODES as [RoomMode, ...RoomMode[]]).meta({
    description:
      'open: who need not wait enters at once. queue-all: everybody takes a place first. paused: nobody is admitted, places are given. draining: those who wait are admitted, nobody ' +
      'new comes in. pass-through: everybody enters, nothing is counted',
    example: 'open',
  }),
  opensAt: bounded('opensAt').nullable().meta({ description: 'Milliseconds since 1970: nobody is admitted before, and who comes earlier is put into an order that is drawn then; null: it is open', example: null }),
  graceMs: bounded('graceMs').meta({ description: 'Whoever has not asked for so long has left', example: 120_000 }),
  passTtlMs: bounded('passTtlMs').meta({ description: 'How long a pass holds after the admission', example: 600_000 }),
  ticketTtlMs: bounded('ticketTtlMs').meta({ description: 'How long a ticket gets its place back after Valkey has forgotten it', example: 86_400_000 }),
  onOutage: z.enum(['open', 'closed']).meta({ description: 'While Valkey is away: everybody is let in, not counted, or nobody', example: 'closed' }),
};

/** `PUT /waiting-rooms/:room`: what is left out stays as it is. The example is sent by whoever presses "Try it out": it changes the rate alone, to what it is. */
export const RoomChange = z.strictObject(fields).partial().meta({ id: 'RoomChange', example: { limit: 10, intervalMs: 5_000 } });
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

/** What is not sent is `undefined` in it, and says nothing. */
export function changeOf({ opensAt, ...change }: RoomChange): Partial<RoomSettings> {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return opensAt === undefined ? given : { ...given, opensAt: opensAt ?? undefined };
}

export function roomView(room: string, { settings: { opened: _opened, opensAt, seed, ...settings }, waiting, admitted, now, drawn }: RoomStatus): RoomView {
  const isOpen = opensAt === undefined || opensAt <= now;
  const seedSha256 = createHash('sha256').update(seed).digest('hex');
  return { room, ...settings, opensAt: opensAt ?? null, waiting, admitted, now: Math.floor(now), seedSha256, seed: isOpen ? seed : null, drawn };
}
