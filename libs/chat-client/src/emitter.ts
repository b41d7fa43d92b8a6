/** Listeners by name. One that throws keeps the others from nothing: its error is reported as any uncaught one is. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(told: never) => void>>();

  /** @returns what ends it */
  on<Name extends keyof Events>(event: Name, listener: (told: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<Name extends keyof Events>(event: Name, told: Events[Name]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        (listener as (told: Events[Name]) => void)(told);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  }
}
