/**
 * A secret, given as text or as a file. A file is read whenever the secret is
 * needed, so that a new one works without a restart.
 *
 * @module
 */

/** Reads a text file; `undefined` when there is no such file. */
export type ReadText = (path: string) => string | undefined;

const mask = "********";

/** A secret. Printing or serialising it gives asterisks. */
export class Secret {
  /** The file, or `undefined` when the secret was given as text. */
  readonly path: string | undefined;
  readonly #text: string;

  private constructor(path: string | undefined, text: string) {
    this.path = path;
    this.#text = text;
  }

  /** A secret that is known already. */
  static ofText(text: string): Secret {
    return new Secret(undefined, text);
  }

  /** A secret that stands in a file. */
  static inFile(path: string): Secret {
    return new Secret(path, "");
  }

  /** The same secret, with its file's path changed. */
  move(change: (path: string) => string): Secret {
    return this.path === undefined ? this : Secret.inFile(change(this.path));
  }

  /**
   * The secret now. A line end after it is not part of it.
   *
   * @throws {Error} when its file is missing or empty, or cannot be read.
   */
  read(readText: ReadText): string {
    if (this.path === undefined) return this.#text;
    const text = readText(this.path)?.replace(/\r?\n$/, "");
    if (text === undefined) throw new Error("there is no such file");
    if (text === "") throw new Error("the file is empty");
    return text;
  }

  /** Asterisks. */
  toString(): string {
    return mask;
  }

  /** Asterisks. */
  toJSON(): string {
    return mask;
  }
}
