import { createConnection, type Socket } from 'node:net';

/** The part of a client for Valkey that the lease store needs: commands in order, answers as ioredis gives them. */
export class ValkeyClient {
  #received = '';
  readonly #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => this.#receive(data));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('The connection to Valkey has ended')));
  }

  static async connect(url: string): Promise<ValkeyClient> {
    const { hostname, port, password } = new URL(url);
    const client = new ValkeyClient(createConnection({ host: hostname, port: Number(port) }));
    await client.command('AUTH', decodeURIComponent(password));
    return client;
  }

  command(...parts: string[]): Promise<unknown> {
    if (this.socket.destroyed) return Promise.reject(new Error('The connection to Valkey has ended'));
    const request = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.socket.write(`*${parts.length}\r\n${request}`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  #receive(data: string): void {
    this.#received += data;
    for (let answer = parse(this.#received, 0); answer; answer = parse(this.#received, 0)) {
      this.#received = this.#received.slice(answer.end);
      const waiting = this.#waiting.shift();
      if (answer.value instanceof Error) waiting?.reject(answer.value);
      else waiting?.resolve(answer.value);
    }
  }
}

/** One answer of RESP2 (ASCII only); `undefined`: not all of it is there yet. */
function parse(text: string, start: number): { value: unknown; end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = text.slice(start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (text.charAt(start)) {
    case '+':
      return { value: line, end: next };
    case '-':
      return { value: new Error(line), end: next };
    case ':':
      return { value: Number(line), end: next };
    case '$': {
      const end = next + Number(line) + 2;
      if (line === '-1') return { value: null, end: next };
      return text.length < end ? undefined : { value: text.slice(next, end - 2), end };
    }
    case '*': {
      if (line === '-1') return { value: null, end: next };
      const values: unknown[] = [];
      let end = next;
      while (values.length < Number(line)) {
        const item = parse(text, end);
        if (!item) return undefined;
        values.push(item.value);
        end = item.end;
      }
      return { value: values, end };
    }
    default:
      throw new Error(`Valkey answered ${JSON.stringify(text.slice(start, start + 80))}`);
  }
}
