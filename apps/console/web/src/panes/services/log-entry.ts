export interface LogEntry {
  readonly time: string | null;
  readonly level: string;
  readonly context: string | null;
  readonly message: string;
  readonly traceId: string | null;
}

const told = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A service logs JSON, a line each; PostgreSQL and Kafka write as they always did. */
export function parseLogLine(line: string): LogEntry {
  try {
    const { time, level, context, msg, traceId } = JSON.parse(line) as Record<string, unknown>;
    return { time: told(time), level: told(level) ?? 'info', context: told(context), message: told(msg) ?? line, traceId: told(traceId) };
  } catch {
    return { time: null, level: /\b(ERROR|FATAL|PANIC)\b/.test(line) ? 'error' : /\bWARN(ING)?\b/.test(line) ? 'warn' : 'info', context: null, message: line, traceId: null };
  }
}
