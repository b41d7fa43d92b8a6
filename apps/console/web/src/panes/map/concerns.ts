import type { RecordItem, SpanItem } from '../../../../feed/feed';

/** Whether a record has to do with a node of the map: its topic, or a service or database whose name its topic bears. */
export function concerns({ topic, role }: Pick<RecordItem, 'topic' | 'role'>, node: string | null): boolean {
  if (node === null || topic === node) return true;
  if (node === 'dead-letters') return role === 'dead-letter' || role === 'audit';
  if (node === 'cdc' || node === 'connect') return role === 'row-added';
  if (node === 'relay') return role !== 'row-added';
  return topic.split('.').includes(node);
}

export function spanConcerns({ service, attributes }: Pick<SpanItem, 'service' | 'attributes'>, node: string | null): boolean {
  return node === null || service === node || Object.values(attributes).includes(node);
}
