import { Injectable, Logger } from '@nestjs/common';

/** Resolves while a dependency works, rejects when it does not. */
export type HealthCheck = () => Promise<unknown>;

/** A check that does not answer within this many milliseconds has failed. */
const CHECK_TIMEOUT = 2_000;
/** Results are kept this many milliseconds: the route is open, and must not become a way to flood the database. */
const FRESH_FOR = 250;

/** Collects what a service needs to be ready. Modules contribute through {@link healthCheck}. */
@Injectable()
export class HealthRegistry {
  private readonly logger = new Logger(HealthRegistry.name);
  private readonly checks = new Map<string, HealthCheck>();
  /** Checks whose failure has been logged, and its end not yet. */
  private readonly said = new Set<string>();
  private draining = false;
  private latest: { readonly at: number; readonly failing: Promise<string[]> } | undefined;

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  /** From now on the service is not ready, whatever the checks say. */
  drain(): void {
    this.draining = true;
  }

  /** Names of the checks that fail now; empty when the service is ready. */
  async failing(): Promise<string[]> {
    if (this.draining) return ['shutting-down'];
    const now = Date.now();
    if (this.latest === undefined || now - this.latest.at > FRESH_FOR) this.latest = { at: now, failing: this.run() };
    return this.latest.failing;
  }

  private async run(): Promise<string[]> {
    const names = [...this.checks.keys()];
    const results = await Promise.allSettled(names.map((name) => withTimeout(this.checks.get(name))));
    return names.filter((name, index) => this.fails(name, results[index]));
  }

  /** Logs when a check begins to fail, with the reason, and when it passes again. */
  private fails(name: string, result: PromiseSettledResult<void> | undefined): boolean {
    const failed = result?.status === 'rejected';
    if (failed && !this.said.has(name)) {
      this.said.add(name);
      this.logger.warn(`not ready: ${name}: ${String(result.reason)}`);
    } else if (!failed && this.said.delete(name)) {
      this.logger.log(`ready again: ${name}`);
    }
    return failed;
  }
}

async function withTimeout(check: HealthCheck | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('health check timed out')), CHECK_TIMEOUT);
  });
  try {
    await Promise.race([check?.(), late]);
  } finally {
    clearTimeout(timer);
  }
}
