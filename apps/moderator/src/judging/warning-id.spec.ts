import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import { warningId } from './warning-id';

it('is the UUIDv5 of RFC 9562, appendix A.4', () => {
  expect(warningId('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

it('is what another library makes of any message and rule', () => {
  for (let i = 0; i < 1_000; i++) {
    const messageId = randomUUID();
    expect(warningId(messageId, `rule-${i}`)).toBe(v5(`rule-${i}`, messageId));
  }
});
