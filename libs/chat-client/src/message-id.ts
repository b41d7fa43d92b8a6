/** 128 random bits. `crypto.randomUUID` is there in secure contexts only, and a page in a local network is none. */
export function newMessageId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
