import { Kafka, logLevel } from 'kafkajs';
import { randomUUID } from 'node:crypto';

/** Of `chat.commands.v1`. */
const TOPIC = 'chat.commands.v1';

/**
 * A moderator that makes up an id each time it asks for an answer, and asks twice, as one does that was killed between asking and remembering. The negative control of
 * "one answer a hit".
 */
export async function askTwiceByRandomIds(brokers: string[], hit: { readonly roomId: string; readonly messageId: string }): Promise<void> {
  const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  await producer.send({ topic: TOPIC, messages: [1, 2].map((version) => command(hit, version)) });
  await producer.disconnect();
}

function command({ roomId, messageId }: { readonly roomId: string; readonly messageId: string }, version: number): { key: string; value: string; headers: Record<string, string> } {
  const payload = { roomId, messageId: randomUUID(), triggerMessageId: messageId, ruleId: 'random', ruleVersion: 1, text: 'Mind the zebra.' };
  return {
    key: roomId,
    value: JSON.stringify(payload),
    headers: {
      ce_specversion: '1.0', ce_id: randomUUID(), ce_type: 'chat.system-message-requested', ce_source: '/moderator', ce_subject: roomId, ce_time: new Date().toISOString(),
      'content-type': 'application/json', aggregateversion: String(version), schemaversion: '1',
    },
  };
}
