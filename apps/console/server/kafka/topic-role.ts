import { auditTopic } from '@madang/event-bus';
import { chatCommands } from '@madang/events';
import type { RecordItem } from '../../feed/feed';

/** What a topic is for, by its name: every topic of the platform says it there. Undefined: it is Kafka's own, or somebody else's. */
export function roleOf(topic: string): RecordItem['role'] | undefined {
  if (topic.startsWith('_')) return undefined;
  if (topic === auditTopic.name) return 'audit';
  if (topic.endsWith('.dlq')) return 'dead-letter';
  if (/^cdc\.[\w-]+\.public\.outbox$/.test(topic)) return 'row-added';
  if (topic === chatCommands.name) return 'command';
  return /\.(events|commands)\.v\d+$/.test(topic) ? (topic.includes('.commands.') ? 'command' : 'domain-event') : undefined;
}
