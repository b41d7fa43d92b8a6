import { platformEvents } from '@madang/events';
import { z } from 'zod';
import type { Components } from './components';

/** CloudEvents in binary mode: the attributes are headers, the value is the payload. */
const HEADERS = z.object({
  ce_id: z.uuid().meta({ description: 'The same for every delivery: the key of an inbox' }),
  ce_type: z.string(),
  ce_source: z.string(),
  ce_subject: z.string().meta({ description: 'The aggregate; also the key of the message, so that its events stay in order' }),
  ce_time: z.iso.datetime({ offset: true }),
  ce_specversion: z.literal('1.0'),
  aggregateversion: z.string().regex(/^\d+$/).meta({ description: '1 for the first event of an aggregate, then without gaps; of a command that of what caused it' }),
  traceparent: z.string().optional(),
  'x-consistency-token': z.string().optional(),
});

/** The topics of the catalogue, with every version of each type. Whose service sends and whose receives is in the architecture, not here. */
export function describeTopics(components: Components): { channels: Record<string, object>; operations: Record<string, object> } {
  const channels: Record<string, object> = {};
  const operations: Record<string, object> = {};
  for (const [topic, events] of Map.groupBy(platformEvents, (event) => event.topic.name)) {
    const messages: Record<string, object> = {};
    for (const event of events) {
      const name = `${event.type}.v${event.version}`;
      const message = { name: event.type, contentType: 'application/json', headers: components.schema(HEADERS), payload: components.schema(event.schema) };
      messages[name] = components.message(name, message);
    }
    const partitions = events[0]?.topic.partitions ?? 1;
    channels[topic] = { address: topic, servers: [{ $ref: '#/servers/kafka' }], messages, bindings: { kafka: { topic, partitions } } };
    operations[topic] = { action: 'send', channel: { $ref: `#/channels/${topic}` } };
  }
  return { channels, operations };
}
