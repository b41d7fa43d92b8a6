import { closeSync, openSync, readSync, statSync } from 'node:fs';

const ID_BYTES = 8;

/** How many ids the files hold (8 bytes each; a torn last one does not count), and how many of them there are more than once. */
export function duplicatesOf(files: readonly string[]): { ids: number; duplicates: number } {
  const counts = files.map((file) => Math.floor(statSync(file).size / ID_BYTES));
  const all = new BigUint64Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  files.forEach((file, index) => {
    const part = all.subarray(at, (at += counts[index] ?? 0));
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    const descriptor = openSync(file, 'r');
    for (let read = 0; read < bytes.length; ) read += readSync(descriptor, bytes, read, bytes.length - read, read);
    closeSync(descriptor);
  });
  all.sort();
  let duplicates = 0;
  for (let i = 1; i < all.length; i += 1) if (all[i] === all[i - 1]) duplicates += 1;
  return { ids: all.length, duplicates };
}
