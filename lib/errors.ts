// The two errors that end a command on purpose. `lib/exit.ts` maps them to exit
// codes; any other error that reaches it is a defect.

/**
 * The arguments or settings are wrong: an unknown flag, a value out of range, a
 * host outside the permission set. Exit code 2.
 */
export class UsageError extends Error {
  /** The class name. */
  override readonly name = "UsageError";
}

/**
 * The command is valid but cannot be carried out: a port is in use, Java is
 * missing, the broker does not respond. Exit code 1.
 */
export class CommandError extends Error {
  /** The class name. */
  override readonly name = "CommandError";

  /** The next step for the user. */
  readonly next: string;

  /**
   * A failure with its next step.
   *
   * @param message What failed, the value, what was expected.
   * @param next The next step for the user.
   * @param options The cause.
   */
  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.next = next;
  }
}

/** The message of any thrown value, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}
