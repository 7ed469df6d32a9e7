// Results that are computed once.

/** Results kept by key; callers that come meanwhile get the same one. */
export class Once<T> {
  readonly #kept = new Map<string, Promise<T>>();
  readonly #max: number;

  /**
   * Without results.
   *
   * @param max Results that are kept; the oldest one goes first.
   */
  constructor(max: number) {
    this.#max = max;
  }

  /** The result for a key; a failure is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      // Used last, so that it goes last.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = make();
    this.#kept.set(key, made);
    made.catch(() => {
      if (this.#kept.get(key) === made) this.#kept.delete(key);
    });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#max) break;
      this.#kept.delete(oldest);
    }
    return made;
  }

  /** Forgets a result. */
  forget(key: string): void {
    this.#kept.delete(key);
  }
}
