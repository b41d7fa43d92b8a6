import { createHmac } from 'node:crypto';
import { InvalidTicketError, Tickets } from './tickets';

const [OLD, NEW] = ['the old key: thirty-two bytes or more', 'the new key: thirty-two bytes or more'];
const ticket = { room: 'event-product', visitor: '7d6f2a30-1b52-4a55-9f5e-6f1c3f0f7a11', number: 1_764_300_000_000_000 };

it('gives back what was signed', () => {
  expect(new Tickets([OLD]).verify(new Tickets([OLD]).sign(ticket), ticket.room)).toEqual(ticket);
});

it('is of one room', () => {
  expect(() => new Tickets([OLD]).verify(new Tickets([OLD]).sign(ticket), 'another')).toThrow(new InvalidTicketError('is of the room "event-product"'));
});

it('is not taken if a character is another one, before it or behind, and by one spelling of its signature alone', () => {
  const tickets = new Tickets([OLD]);
  const text = tickets.sign(ticket);
  const last = text.charAt(text.length - 1);
  const sameBits = String.fromCharCode(last.charCodeAt(0) + 1);
  for (const bent of [`x${text}`, `${text}=`, text.replace('.7d', '.8d'), text.replace('.1764', '.1763'), text.slice(0, -1) + sameBits]) expect(() => tickets.verify(bent, ticket.room)).toThrow(InvalidTicketError);
  const forged = new Tickets([NEW]).sign(ticket).split('.');
  expect(() => tickets.verify(forged.with(1, text.split('.')[1] ?? '').join('.'), ticket.room)).toThrow('was not signed with a key of this service');
});

it('changes its key while processes of both kinds run: behind the first, before it, alone', () => {
  const steps = [[OLD], [OLD, NEW], [NEW, OLD], [NEW]].map((keys) => new Tickets(keys));
  for (const [index, earlier] of steps.slice(0, -1).entries()) {
    const later = steps[index + 1] as Tickets;
    expect(later.verify(earlier.sign(ticket), ticket.room)).toEqual(ticket);
    expect(earlier.verify(later.sign(ticket), ticket.room)).toEqual(ticket);
  }
  const [first, , , last] = steps as [Tickets, Tickets, Tickets, Tickets];
  expect(() => last.verify(first.sign(ticket), ticket.room)).toThrow(new InvalidTicketError('was not signed with a key of this service'));
});

it.each([[[]], [['short']], [[OLD, 'short']]])('takes no keys such as %j', (keys) => {
  expect(() => new Tickets(keys)).toThrow(RangeError);
});

it('takes a key of 32 bytes', () => {
  expect(new Tickets(['k'.repeat(32)]).sign(ticket)).toMatch(/^t1\./);
});

it('signs by HMAC-SHA256', () => {
  const text = new Tickets([OLD]).sign(ticket);
  const at = text.lastIndexOf('.');
  expect(text.slice(at + 1)).toBe(createHmac('sha256', OLD).update(text.slice(0, at)).digest('base64url'));
});

it('renews what the key that signs now has not signed, and only that', () => {
  const rotated = new Tickets([NEW, OLD]);
  const [before, now] = [new Tickets([OLD]).sign(ticket), rotated.sign(ticket)];
  expect(rotated.renew(before, rotated.verify(before, ticket.room))).toBe(now);
  expect(rotated.renew(now, ticket)).toBe(now);
});
