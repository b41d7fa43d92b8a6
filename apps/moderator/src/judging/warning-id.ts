import { createHash } from 'node:crypto';

/**
 * The id of the system message that a rule makes of a message: UUIDv5 (RFC 9562, section 5.5) with the message's id as namespace
 * and the rule's as name. Whoever asks again, and however often, asks for the same message.
 */
export function warningId(messageId: string, ruleId: string): string {
  const namespace = Buffer.from(messageId.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(namespace).update(ruleId).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
