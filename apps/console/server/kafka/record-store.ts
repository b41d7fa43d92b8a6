import { Injectable } from '@nestjs/common';
import type { StoredRecord } from '../../feed/api';

/** A topic keeps its latest records, up to both. */
const MOST_RECORDS = 1_000;
const MOST_CHARACTERS = 2 * 1024 * 1024;
/** Beside its value: fields, headers, the object itself. */
const OVERHEAD = 1_000;
/** Event ids of all topics that are remembered to tell duplicates. */
const MOST_IDS = 50_000;

interface Ring {
  readonly records: StoredRecord[];
  size: number;
}

/** The latest records of every topic, in bounded memory. */
@Injectable()
export class RecordStore {
  private readonly rings = new Map<string, Ring>();
  private readonly ids = new Set<string>();

  /** @returns as it is kept: with whether its event had been on that topic before */
  add(given: StoredRecord): StoredRecord {
    const record = { ...given, duplicate: this.isDuplicate(given) };
    const ring = this.rings.get(record.topic) ?? { records: [], size: 0 };
    this.rings.set(record.topic, ring);
    ring.records.push(record);
    ring.size += sizeOf(record);
    while (ring.records.length > MOST_RECORDS || (ring.size > MOST_CHARACTERS && ring.records.length > 1)) {
      const oldest = ring.records.shift();
      if (oldest) ring.size -= sizeOf(oldest);
    }
    return record;
  }

  /** The newest first, of one topic or of all. */
  find({ topic, filter, limit }: { readonly topic?: string | undefined; readonly filter?: string | undefined; readonly limit: number }): StoredRecord[] {
    const rings = topic === undefined ? [...this.rings.values()] : [this.rings.get(topic) ?? { records: [], size: 0 }];
    const wanted = filter?.toLowerCase();
    const found = rings.flatMap(({ records }) => latest(records, limit, (record) => wanted === undefined || contains(record, wanted)));
    return found.sort((a, b) => b.at - a.at || b.seenAt - a.seenAt).slice(0, limit);
  }

  /** Characters that are kept, roughly twice as many bytes at most. */
  get size(): number {
    return [...this.rings.values()].reduce((sum, { size }) => sum + size, 0);
  }

  private isDuplicate({ topic, eventId, role }: StoredRecord): boolean {
    if (eventId === null || role === 'audit') return false;
    const id = `${topic} ${eventId}`;
    if (this.ids.has(id)) return true;
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > MOST_IDS && oldest !== undefined) this.ids.delete(oldest);
    return false;
  }
}

export function sizeOf({ value }: StoredRecord): number {
  return OVERHEAD + (value?.length ?? 0);
}

function latest(records: readonly StoredRecord[], limit: number, accepts: (record: StoredRecord) => boolean): StoredRecord[] {
  const found: StoredRecord[] = [];
  for (let index = records.length - 1; index >= 0 && found.length < limit; index--) {
    const record = records[index];
    if (record && accepts(record)) found.push(record);
  }
  return found;
}

function contains({ key, eventId, type, traceId, value, topic }: StoredRecord, wanted: string): boolean {
  return [topic, key, eventId, type, traceId, value].some((text) => text?.toLowerCase().includes(wanted) ?? false);
}
