// Secrets, given as text or in a file. A file is read each time the secret is
// needed, so that a new one works without a restart.

/** Reads a text file; `undefined` when it does not exist. */
export type ReadText = (path: string) => string | undefined;

const mask = "********";

/** A secret. Printed or serialised, it is asterisks. */
export class Secret {
  /** The path of its file; `undefined` when it was given as text. */
  readonly path: string | undefined;
  readonly #text: string;

  private constructor(path: string | undefined, text: string) {
    this.path = path;
    this.#text = text;
  }

  /** A secret given as text. */
  static ofText(text: string): Secret {
    return new Secret(undefined, text);
  }

  /** A secret in a file. */
  static inFile(path: string): Secret {
    return new Secret(path, "");
  }

  /** The same secret, with its file's path changed. */
  move(change: (path: string) => string): Secret {
    return this.path === undefined ? this : Secret.inFile(change(this.path));
  }

  /**
   * Its current value, without a newline at the end.
   *
   * @throws {Error} when its file is missing or empty, or cannot be read.
   */
  read(readText: ReadText): string {
    if (this.path === undefined) return this.#text;
    const text = readText(this.path)?.replace(/\r?\n$/, "");
    if (text === undefined) throw new Error("file not found");
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

/**
 * The secret that `NAME` or `NAME_FILE` sets.
 *
 * @param raw Settings by name. Text is not trimmed: blanks may be part of it.
 * @param complain Gets the mistake of setting both.
 */
export function secretOf(
  name: string,
  raw: Readonly<Record<string, string | undefined>>,
  complain: (problem: string) => void,
): Secret | undefined {
  const text = raw[name] ?? "";
  const path = raw[`${name}_FILE`]?.trim() ?? "";
  if (text !== "" && path !== "") {
    complain(`${name} and ${name}_FILE are both set: expected one of them`);
  }
  if (path !== "") return Secret.inFile(path);
  return text === "" ? undefined : Secret.ofText(text);
}

/** The settings `NAME` and `NAME_FILE` of a secret, for people: masked. */
export function describeSecret(
  name: string,
  secret: Secret | undefined,
): Record<string, string> {
  return {
    [name]: secret === undefined || secret.path !== undefined ? "" : mask,
    [`${name}_FILE`]: secret?.path ?? "",
  };
}
