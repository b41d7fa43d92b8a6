import type { Admin, Kafka } from 'kafkajs';

/** Records were deleted (retention, or by hand) before the group had read them: only a person can say what to do. */
export class RecordsLostError extends Error {
  readonly code = 'RECORDS_LOST';

  constructor(groupId: string, topic: string, partition: number, oldest: bigint) {
    super(
      `The next record of group ${groupId} in ${topic}[${partition}] is gone; the oldest one left is @${oldest}. ` +
        `Those before it were deleted unread. Publish them again from the retained outbox table, then accept the gap by ` +
        `setting the group's offset to ${oldest} (kafka-consumer-groups --reset-offsets --to-earliest).`,
    );
    this.name = 'RecordsLostError';
  }
}

/** Kafka's word for a group without an offset: it begins with the oldest record, and has missed none. */
const NEVER_READ = -1n;
// Besides, KafkaJS commits -2 ("earliest") when the offset it was to go on at is gone: less than any oldest record's.

/** Notices when the next record of a partition is not there any more. */
export class RetentionGuard {
  private readonly next = new Map<string, bigint>();

  constructor(
    private readonly kafka: Kafka,
    private readonly groupId: string,
  ) {}

  /** Partitions may have been somebody else's meanwhile: what is next is asked of the broker again. */
  forget(): void {
    this.next.clear();
  }

  /** Tells that a partition has been read up to and with `offset`. */
  read(topic: string, partition: number, offset: string): void {
    this.next.set(`${topic}/${partition}`, BigInt(offset) + 1n);
  }

  /**
   * A gap in the offsets is no loss by itself (transactions leave some), so the broker is asked what it still has.
   *
   * @throws RecordsLostError if records between the next one and `firstOffset` have been deleted
   */
  async check(topic: string, partition: number, firstOffset: string): Promise<void> {
    const known = this.next.get(`${topic}/${partition}`);
    if (known !== undefined && BigInt(firstOffset) <= known) return;
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const expected = known ?? (await this.committed(admin, topic, partition));
      if (expected === NEVER_READ || (expected >= 0n && BigInt(firstOffset) <= expected)) return;
      const offsets = await admin.fetchTopicOffsets(topic);
      const oldest = BigInt(offsets.find((entry) => entry.partition === partition)?.low ?? 0);
      if (oldest > expected) throw new RecordsLostError(this.groupId, topic, partition, oldest);
    } finally {
      await admin.disconnect();
    }
  }

  /** The group's offset; negative as said above. */
  private async committed(admin: Admin, topic: string, partition: number): Promise<bigint> {
    const [entry] = await admin.fetchOffsets({ groupId: this.groupId, topics: [topic] });
    return BigInt(entry?.partitions.find((candidate) => candidate.partition === partition)?.offset ?? NEVER_READ);
  }
}
