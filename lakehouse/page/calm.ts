// A value that is looked up again when the lake has changed, but not for more
// than a tenth of the time.

import type { Clock } from "../../lib/clock.ts";

const share = 10;

/** A value of the newest snapshot, or of one shortly before. */
export class Calm<T> {
  readonly #look: (version: number) => Promise<T>;
  readonly #clock: Pick<Clock, "monotonic">;
  #kept: { readonly version: number; readonly value: T } | undefined;
  #notBeforeMs = 0;

  /**
   * Nothing is looked up yet.
   *
   * @param look Looks it up for a snapshot.
   * @param clock Time.
   */
  constructor(
    look: (version: number) => Promise<T>,
    clock: Pick<Clock, "monotonic">,
  ) {
    this.#look = look;
    this.#clock = clock;
  }

  /**
   * The value as of a snapshot, or of one before.
   *
   * @throws what looking it up throws.
   */
  async get(version: number): Promise<T> {
    const kept = this.#kept;
    const startedMs = this.#clock.monotonic();
    const isKept = kept !== undefined &&
      (kept.version === version || startedMs < this.#notBeforeMs);
    if (isKept) return kept.value;
    const value = await this.#look(version);
    const endedMs = this.#clock.monotonic();
    this.#kept = { version, value };
    this.#notBeforeMs = endedMs + (share - 1) * (endedMs - startedMs);
    return value;
  }
}
