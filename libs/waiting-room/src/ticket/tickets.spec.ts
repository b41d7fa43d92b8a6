import { createHmac } from 'node:crypto';
import { InvalidTicketError, Tickets } from './tickets';

const [older, newer] = ['the older key, of thirty-two bytes or more', 'the newer key, of thirty-two bytes or more'] as const;
const ticket = { room: 'event-product', visitor: 'mina', number: 1_764_300_000_000_000 };

it('signs by HMAC-SHA256', () => {
  const text = new Tickets([older]).sign(ticket);
  const [content, signature] = [text.slice(0, text.lastIndexOf('.')), text.slice(text.lastIndexOf('.') + 1)];
  expect(signature).toBe(createHmac('sha256', older).update(content).digest('base64url'));
});

it('renews what the key that signs now has not signed, and only that', () => {
  const rotated = new Tickets([newer, older]);
  const [before, now] = [new Tickets([older]).sign(ticket), rotated.sign(ticket)];
  expect(rotated.renew(before, rotated.verify(before, ticket.room))).toBe(now);
  expect(rotated.renew(now, ticket)).toBe(now);
  expect(() => new Tickets([newer]).verify(before, ticket.room)).toThrow(InvalidTicketError);
});

it('takes no short key', () => {
  expect(() => new Tickets(['short'])).toThrow(RangeError);
});
