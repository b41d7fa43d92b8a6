/** A record that has been failing for longer than this makes the service not ready: somebody should look. */
const PATIENCE_MS = 10_000;

/** Knows which records are being tried again, and since when: a retry without end must not look like health. */
export class StuckRecords {
  private readonly failing = new Map<string, { readonly since: number; readonly cause: string }>();

  /** Tells that an attempt has failed; the first failure counts. */
  failed(id: string, error: unknown): void {
    if (!this.failing.has(id)) this.failing.set(id, { since: Date.now(), cause: String(error) });
  }

  /** Tells that the record is done with, in whatever way. @returns whether it had failed before */
  settled(id: string): boolean {
    return this.failing.delete(id);
  }

  /** Age in ms of the oldest failure; 0 when none is failing. */
  get oldestMs(): number {
    return Math.max(0, ...[...this.failing.values()].map(({ since }) => Date.now() - since));
  }

  /** Throws, naming the record and the cause, if one has been failing for too long. */
  assertNone(): void {
    for (const [id, { since, cause }] of this.failing) {
      const seconds = Math.round((Date.now() - since) / 1_000);
      if (seconds * 1_000 >= PATIENCE_MS) throw new Error(`${id} has been failing for ${seconds} s: ${cause}`);
    }
  }
}
