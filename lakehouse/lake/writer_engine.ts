// The writer's engine, opened when it is needed and given up after a failure.

import { attach, type LakeLocation, roomyMb } from "./attach.ts";
import type { Database } from "./duckdb.ts";
import { isOutOfMemory } from "./write_errors.ts";

/** Who has connections to an engine. */
export interface EngineUsers {
  /** It is given up: they end. */
  end(): void;
  /** Another one replaces it: they finish what they do on the old one. */
  release(): void;
}

/** At most one engine at a time, with the lake attached for writing. */
export class WriterEngine {
  readonly #location: LakeLocation;
  readonly #users: EngineUsers;
  #database: Database | undefined;
  #memoryMb: number | undefined;

  /**
   * Opens none yet.
   *
   * @param users Other connections to the engine.
   */
  constructor(location: LakeLocation, users: EngineUsers) {
    this.#location = location;
    this.#users = users;
  }

  /** The engine that is open, if one is. */
  get current(): Database | undefined {
    return this.#database;
  }

  /** The engine, which is opened where none is. */
  async opened(): Promise<Database> {
    return this.#database ??= await this.#attach();
  }

  #attach(): Promise<Database> {
    return attach({
      ...this.#location,
      isWriter: true,
      tempName: "writer",
      memoryMb: this.#memoryMb,
    });
  }

  /**
   * Opens another engine, beside the one that works on meanwhile.
   *
   * @returns puts it in the place of the old one, if that is still there; to be
   * called when no statement runs.
   */
  async renewed(): Promise<() => void> {
    const old = this.#database;
    const database = await this.#attach();
    return () => {
      if (old === undefined || this.#database !== old) {
        database.close();
        return;
      }
      this.#users.release();
      old.close();
      this.#database = database;
    };
  }

  /** Gives it up; the next use opens another one. */
  detach(): void {
    this.#users.end();
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
