import { crc32c } from '@node-rs/crc32';
import type { ProduceRequest, RecordToProduce } from 'kafkajs/src/protocol/requests/produce/v3/request';

/** Attributes, no codec, no transaction, as everything here is sent. */
const MAGIC = 2;
/** From the base offset to the records: what stands before them in a batch. */
const BATCH_HEADER = 61;
/** Base offset and length: a batch's length does not count them. */
const BEFORE_LENGTH = 12;
/** Base offset, length, leader epoch, magic, checksum: the checksum covers what follows. */
const BEFORE_ATTRIBUTES = 21;

/**
 * The body of a Produce request, version 3 to 7: the sizes are added up first, then all is written into one buffer, once. KafkaJS's
 * own encoder makes some ten buffers a record and copies each batch seven times.
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
export function encodeProduceRequest({ acks, timeout, transactionalId, producerId, producerEpoch, topicData }: ProduceRequest): Buffer {
  const timestamp = BigInt(Date.now());
  const id = BigInt(producerId.toString());
  let size = 2 + textSize(transactionalId) + 2 + 4 + 4;
  const sizes: BatchSizes[] = [];
  for (const { topic, partitions } of topicData) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const { messages } of partitions) {
      const batch = measure(messages);
      sizes.push(batch);
      size += 4 + 4 + BATCH_HEADER + batch.total;
    }
  }

  const writer = new Writer(size);
  writer.nullableText(transactionalId);
  writer.int16(acks);
  writer.int32(timeout);
  writer.int32(topicData.length);
  let batch = 0;
  for (const { topic, partitions } of topicData) {
    writer.nullableText(topic);
    writer.int32(partitions.length);
    for (const { partition, messages, firstSequence } of partitions) {
      const measured = sizes[batch++] as BatchSizes;
      writer.int32(partition);
      writer.int32(BATCH_HEADER + measured.total);
      writeBatch(writer, { messages, measured, timestamp, id, producerEpoch, firstSequence: firstSequence ?? 0, transactional: Boolean(transactionalId) });
    }
  }
  return writer.bytes;
}

interface BatchSizes {
  /** Of all records. */
  readonly total: number;
  /** Of each record's body; its length field comes on top. */
  readonly bodies: Int32Array;
  readonly keys: Int32Array;
  readonly values: Int32Array;
}

interface Batch {
  readonly messages: readonly RecordToProduce[];
  readonly measured: BatchSizes;
  readonly timestamp: bigint;
  readonly id: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly transactional: boolean;
}

function measure(messages: readonly RecordToProduce[]): BatchSizes {
  const count = messages.length;
  const [bodies, keys, values] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  let total = 0;
  for (let index = 0; index < count; index++) {
    const { key, value, headers } = messages[index] as RecordToProduce;
    const keySize = (keys[index] = bytesSize(key));
    const valueSize = (values[index] = bytesSize(value));
    // Attributes and time delta take a byte each.
    const body = 2 + varIntSize(index) + sized(keySize) + sized(valueSize) + headersSize(headers);
    bodies[index] = body;
    total += varIntSize(body) + body;
  }
  return { total, bodies, keys, values };
}

function writeBatch(writer: Writer, { messages, measured, timestamp, id, producerEpoch, firstSequence, transactional }: Batch): void {
  const start = writer.at;
  writer.int64(0n);
  writer.int32(BATCH_HEADER - BEFORE_LENGTH + measured.total);
  writer.int32(0); // the leader's epoch: the broker's business
  writer.int8(MAGIC);
  writer.int32(0); // the checksum, below
  writer.int16(transactional ? 16 : 0);
  writer.int32(messages.length - 1);
  writer.int64(timestamp);
  writer.int64(timestamp);
  writer.int64(id);
  writer.int16(producerEpoch);
  writer.int32(firstSequence);
  writer.int32(messages.length);
  for (let index = 0; index < messages.length; index++) {
    const { key, value, headers } = messages[index] as RecordToProduce;
    writer.varInt(measured.bodies[index] as number);
    writer.int8(0);
    writer.int8(0);
    writer.varInt(index);
    writer.sizedBytes(key, measured.keys[index] as number);
    writer.sizedBytes(value, measured.values[index] as number);
    writer.headers(headers);
  }
  writer.bytes.writeUInt32BE(crc32c(writer.bytes.subarray(start + BEFORE_ATTRIBUTES, writer.at)), start + BEFORE_ATTRIBUTES - 4);
}

type Content = Buffer | string | null | undefined;
type Headers = RecordToProduce['headers'];

/** Writes what was measured: there is always room. */
class Writer {
  readonly bytes: Buffer;
  at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  int8(value: number): void {
    this.at = this.bytes.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  nullableText(text: string | null): void {
    if (text === null) return this.int16(-1);
    this.int16(Buffer.byteLength(text));
    this.at += this.bytes.write(text, this.at);
  }

  varInt(value: number): void {
    let rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) !== 0) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  sizedBytes(content: Content, size: number): void {
    this.varInt(size);
    if (size <= 0 || content === null || content === undefined) return;
    if (typeof content === 'string') {
      // Of plain ASCII, which most is, a copy will do.
      if (size === content.length) this.bytes.write(content, this.at, size, 'latin1');
      else this.bytes.write(content, this.at, size, 'utf8');
    } else {
      content.copy(this.bytes, this.at);
    }
    this.at += size;
  }

  headers(headers: Headers): void {
    const entries = entriesOf(headers);
    this.varInt(entries.length);
    for (const [name, value] of entries) {
      this.sizedBytes(name, Buffer.byteLength(name));
      this.sizedBytes(value, bytesSize(value));
    }
  }
}

/** A header may repeat. */
function entriesOf(headers: Headers): (readonly [string, Buffer | string | undefined])[] {
  if (headers === undefined) return [];
  return Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value.map((one) => [name, one] as const) : [[name, value] as const]));
}

function headersSize(headers: Headers): number {
  const entries = entriesOf(headers);
  return entries.reduce((size, [name, value]) => size + sized(Buffer.byteLength(name)) + sized(bytesSize(value)), varIntSize(entries.length));
}

/** -1 stands for none. */
function bytesSize(content: Content): number {
  if (content === null || content === undefined) return -1;
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length;
}

function sized(size: number): number {
  return varIntSize(size) + Math.max(0, size);
}

function textSize(text: string | null): number {
  return text === null ? 0 : Buffer.byteLength(text);
}

function varIntSize(value: number): number {
  const bits = 32 - Math.clz32((value << 1) ^ (value >> 31));
  return Math.max(1, Math.ceil(bits / 7));
}
