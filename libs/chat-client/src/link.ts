import type { Socket } from 'socket.io-client';
import type { ChatFailure, ClientToServer } from './protocol';

export type Call = keyof ClientToServer;
export type InputOf<Name extends Call> = Parameters<ClientToServer[Name]>[0];
type AnswerOf<Name extends Call> = Parameters<NonNullable<Parameters<ClientToServer[Name]>[1]>>[0];
export type ResultOf<Name extends Call> = Exclude<AnswerOf<Name>, { readonly error: ChatFailure }>;
/** `undefined`: nobody answered, so nobody knows. */
export type Reply<Name extends Call> = { readonly result: ResultOf<Name> } | { readonly failure: ChatFailure } | undefined;

/** One socket, from its handshake to its end. It never comes back: what follows is another link. */
export class Link {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #onAnswer: () => void;

  /** @param onAnswer at each answer: there is somebody at the other end */
  constructor(socket: Socket, timeoutMs: number, onAnswer: () => void) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#onAnswer = onAnswer;
  }

  get isUp(): boolean {
    return this.#socket.connected;
  }

  /** Says it once. Never rejects; at the end of the link what is open is unanswered at once. */
  async ask<Name extends Call>(call: Name, input: InputOf<Name>): Promise<Reply<Name>> {
    // A socket that is not connected would keep it, for a connection that never comes.
    if (!this.isUp) return undefined;
    let answer: unknown;
    try {
      answer = await this.#socket.timeout(this.#timeoutMs).emitWithAck(call, input);
    } catch {
      return undefined;
    }
    this.#onAnswer();
    return failureOf(answer) ?? { result: answer as ResultOf<Name> };
  }

  /** Says it if that can be done right now, and expects no answer. */
  tell<Name extends Call>(call: Name, input: InputOf<Name>): void {
    this.#socket.volatile.emit(call, input);
  }
}

function failureOf(answer: unknown): { readonly failure: ChatFailure } | undefined {
  const { error } = (answer ?? {}) as { readonly error?: ChatFailure };
  return error && { failure: error };
}
