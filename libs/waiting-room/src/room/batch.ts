/** The script that answers a batch holds the server up. */
const MOST = 100;

interface Waiting<Question, Answer> {
  readonly question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Asks what is asked in one moment by one call: the way there and back, and whatever begins it, are paid for once. */
export class Batch<Question, Answer> {
  #waiting: Waiting<Question, Answer>[] = [];

  /** @param ask gives one answer to each question, in their order */
  constructor(private readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>) {}

  /** @throws what the call throws, which then fails for all of the batch */
  answer(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      if (this.#waiting.length === 1) setImmediate(() => this.#send());
    });
  }

  #send(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let at = 0; at < all.length; at += MOST) void this.#askFor(all.slice(at, at + MOST));
  }

  async #askFor(some: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.ask(some.map(({ question }) => question));
      for (const [index, { resolve, reject }] of some.entries()) {
        const answer = answers[index];
        if (answer === undefined) reject(new TypeError(`The script gave ${answers.length} answers to ${some.length} questions.`));
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}
