import type { KafkaRecord } from '@madang/event-bus';
import { catalogue } from '@madang/events';
import { readRowAdded } from './row-added';
import { toDomainEvent } from './to-domain-event';

const memberId = '01990000-0000-7000-8000-000000000002';

const after = {
  id: '01990000-0000-7000-8000-000000000001',
  aggregatetype: 'member',
  aggregateid: memberId,
  aggregateversion: 2,
  type: 'member.withdrawn',
  schemaversion: 1,
  payload: `{"memberId": "${memberId}"}`,
  traceparent: null,
  createdat: '2026-11-23T06:20:21.123456Z',
};

function record(value: unknown): KafkaRecord {
  const bytes = value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return { topic: 'cdc.member.public.outbox', partition: 0, offset: '0', key: Buffer.from(memberId), value: bytes, headers: {} };
}

const envelope = (change: object = {}): object => ({
  before: null,
  after: { ...after, ...change },
  source: { db: 'member', schema: 'public', table: 'outbox' },
  op: 'c',
});

describe('a row-added message', () => {
  it('becomes the domain event that its row announces', () => {
    expect(toDomainEvent(readRowAdded(record(envelope())), catalogue)).toEqual({
      topic: 'member.events.v1',
      key: memberId,
      value: after.payload,
      headers: {
        ce_specversion: '1.0',
        ce_id: after.id,
        ce_type: 'member.withdrawn',
        ce_source: '/member',
        ce_subject: memberId,
        ce_time: after.createdat,
        'content-type': 'application/json',
        aggregateversion: '2',
        schemaversion: '1',
      },
    });
  });

  it.each([
    ['tombstone', null],
    ['not-json', '{"op":'],
    ['invalid-payload', '[]'],
    ['invalid-payload', { ...envelope(), op: 'd', after: null }],
    ['invalid-payload', envelope({ id: 'no uuid' })],
    ['invalid-payload', envelope({ aggregateversion: 0 })],
    ['unknown-type', envelope({ type: 'member.promoted' })],
    ['unknown-version', envelope({ schemaversion: 7 })],
  ])('is poison: %s', (code, value) => {
    expect(() => toDomainEvent(readRowAdded(record(value)), catalogue)).toThrow(expect.objectContaining({ code }));
  });
});
