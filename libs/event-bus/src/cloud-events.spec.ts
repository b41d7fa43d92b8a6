import { z } from 'zod';
import { cloudEventHeaders, readCloudEvent } from './cloud-events';
import { EventCatalogue } from './event-catalogue';
import type { KafkaRecord } from './kafka-record';
import type { PoisonCode } from './poison-record.error';

const catalogue = new EventCatalogue([
  {
    type: 'order.placed',
    version: 1,
    aggregateType: 'order',
    topic: { name: 'order.events.v1', partitions: 1 },
    schema: z.object({ orderId: z.string() }),
  },
]);

const event = {
  id: '01990000-0000-7000-8000-000000000001',
  type: 'order.placed',
  schemaVersion: 1,
  source: '/orders',
  aggregateId: 'order-1',
  aggregateVersion: 3,
  time: '2026-11-23T06:20:21.123456Z',
};

function record(change: { value?: string | null; headers?: Record<string, string | undefined> } = {}): KafkaRecord {
  const headers = Object.entries({ ...cloudEventHeaders(event), ...change.headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Buffer.from(value)] as const],
  );
  const value = change.value === undefined ? '{"orderId":"order-1"}' : change.value;
  return {
    topic: 'order.events.v1',
    partition: 0,
    offset: '7',
    key: Buffer.from('order-1'),
    value: value === null ? null : Buffer.from(value),
    headers: Object.fromEntries(headers),
  };
}

describe('a record in CloudEvents form', () => {
  it('is read back as the event that was written', async () => {
    await expect(readCloudEvent(record(), catalogue)).resolves.toEqual({ ...event, payload: { orderId: 'order-1' } });
  });

  it('means version 1 where the producer states none', async () => {
    const read = await readCloudEvent(record({ headers: { schemaversion: undefined } }), catalogue);
    expect(read.schemaVersion).toBe(1);
  });

  it.each<[PoisonCode, string, Parameters<typeof record>[0]]>([
    ['tombstone', 'no value', { value: null }],
    ['not-json', 'half a JSON text', { value: '{"orderId":' }],
    ['not-json', 'no text at all', { value: '' }],
    ['invalid-payload', 'a payload that breaks the schema', { value: '{"orderId":7}' }],
    ['invalid-payload', 'JSON that is no object', { value: 'null' }],
    ['missing-header', 'no id', { headers: { ce_id: undefined } }],
    ['missing-header', 'no type', { headers: { ce_type: undefined } }],
    ['missing-header', 'no subject', { headers: { ce_subject: undefined } }],
    ['missing-header', 'no aggregate version', { headers: { aggregateversion: undefined } }],
    ['invalid-header', 'an id that no inbox can hold', { headers: { ce_id: 'order-1' } }],
    ['invalid-header', 'a version of CloudEvents that is not 1.0', { headers: { ce_specversion: '0.3' } }],
    ['invalid-header', 'a time that is none', { headers: { ce_time: 'yesterday' } }],
    ['invalid-header', 'aggregate version 0', { headers: { aggregateversion: '0' } }],
    ['invalid-header', 'another content type', { headers: { 'content-type': 'application/avro' } }],
    ['unknown-type', 'a type outside the catalogue', { headers: { ce_type: 'order.eaten' } }],
    ['unknown-version', 'a version outside the catalogue', { headers: { schemaversion: '2' } }],
  ])('is poison (%s) with %s', async (code, _, change) => {
    await expect(readCloudEvent(record(change), catalogue)).rejects.toMatchObject({ name: 'PoisonRecordError', code });
  });
});
