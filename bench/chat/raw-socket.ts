/** A socket.io client of a websocket alone, which costs next to nothing beside the server that is measured: what comes is counted as text, only answers are read. */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly #answers = new Map<string, (answer: unknown) => void>();
  #calls = 0;
  /** Of each event, as it came: `["message",{…}]`. */
  onEvent: (packet: string) => void = () => undefined;

  private constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  }

  /** Resolves once the server has let it in. */
  static open(url: string, token: string): Promise<RawSocket> {
    const raw = new RawSocket(url);
    return new Promise((resolve, reject) => {
      raw.#socket.addEventListener('error', () => reject(new Error(`${url} cannot be reached`)));
      raw.#socket.addEventListener('close', () => reject(new Error(`${url} has closed the socket`)));
      raw.#socket.addEventListener('message', ({ data }) => raw.#take(String(data), token, () => resolve(raw), reject));
    });
  }

  /** @throws if it is refused */
  async call<T>(event: string, input: object): Promise<T> {
    const id = String(this.#calls++);
    const answer = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(`42${id}${JSON.stringify([event, input])}`);
    const told = (await answer) as T & { error?: { code: string } };
    if (told.error) throw new Error(`${event} is refused: ${told.error.code}`);
    return told;
  }

  close(): void {
    this.#socket.close();
  }

  /** Packets of engine.io 4 and socket.io 5: https://socket.io/docs/v4/socket-io-protocol */
  #take(packet: string, token: string, admitted: () => void, refused: (error: Error) => void): void {
    if (packet.startsWith('42')) this.onEvent(packet.slice(2));
    else if (packet.startsWith('43')) this.#answered(packet.slice(2));
    else if (packet.startsWith('40')) admitted();
    else if (packet.startsWith('44')) refused(new Error(`The handshake is refused: ${packet.slice(2)}`));
    else if (packet.startsWith('0')) this.#socket.send(`40${JSON.stringify({ token })}`);
    else if (packet === '2') this.#socket.send('3');
  }

  #answered(packet: string): void {
    const begin = packet.indexOf('[');
    const id = packet.slice(0, begin);
    const [answer] = JSON.parse(packet.slice(begin)) as unknown[];
    this.#answers.get(id)?.(answer);
    this.#answers.delete(id);
  }
}
