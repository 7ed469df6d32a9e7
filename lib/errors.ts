/**
 * The two ways in which a command of this project ends early. Everything else
 * that is thrown is a defect.
 *
 * @module
 */

/**
 * The caller's words or settings are wrong: an unknown flag, a value out of
 * range, a host outside the permission set. Exit code 2.
 */
export class UsageError extends Error {
  /** Its class\'s name. */
  override readonly name = "UsageError";
}

/**
 * The words are right but the work cannot be done: a port is taken, Java is
 * missing, the broker does not answer. Exit code 1.
 */
export class CommandError extends Error {
  /** Its class\'s name. */
  override readonly name = "CommandError";

  /** What to do about it, as a sentence that a person can follow. */
  readonly next: string;

  /**
   * A failure and the way out of it.
   *
   * @param message What failed, the value, what was expected.
   * @param next The next step to take.
   * @param options The error behind it, if there is one.
   */
  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.next = next;
  }
}

/** Any thrown value as one line of text, without a stack trace. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}
