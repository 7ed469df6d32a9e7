// The writer's engine, opened when it is needed and given up after a failure.

import { attach, type LakeLocation, roomyMb } from "./attach.ts";
import type { Database } from "./duckdb.ts";
import { isOutOfMemory } from "./write_errors.ts";

/** At most one engine at a time, with the lake attached for writing. */
export class WriterEngine {
  readonly #location: LakeLocation;
  readonly #onDetach: () => void;
  #database: Database | undefined;
  #memoryMb: number | undefined;

  /**
   * Opens none yet.
   *
   * @param onDetach Called before an engine is given up.
   */
  constructor(location: LakeLocation, onDetach: () => void) {
    this.#location = location;
    this.#onDetach = onDetach;
  }

  /** The engine that is open, if one is. */
  get current(): Database | undefined {
    return this.#database;
  }

  /** The engine, which is opened where none is. */
  async opened(): Promise<Database> {
    return this.#database ??= await attach({
      ...this.#location,
      isWriter: true,
      tempName: "writer",
      memoryMb: this.#memoryMb,
    });
  }

  /** Gives it up; the next use opens another one. */
  detach(): void {
    this.#onDetach();
    this.#database?.close();
    this.#database = undefined;
  }

  /** Works once more, with a larger engine, where the usual one is too small. */
  async withEnoughMemory<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
    }
    this.detach();
    this.#memoryMb = roomyMb;
    try {
      return await work();
    } finally {
      this.#memoryMb = undefined;
      this.detach();
    }
  }
}
