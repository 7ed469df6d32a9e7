// The text of a progress bar.

/** What a bar is about. */
export interface BarTextOptions {
  /** What is counted, in the plural. */
  readonly what: string;
  /** What is being done, where it has a name. */
  readonly doing?: string | undefined;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * A bar with its figures, in one line of the terminal: a broken one could not be
 * taken back. The bar of work whose parts have names is short: else it would
 * jump.
 */
export function barText(
  done: number,
  all: number,
  { what, doing, width }: BarTextOptions,
): string {
  const figures = ` ${done.toLocaleString("en-US")} of ${
    all.toLocaleString("en-US")
  } ${what}`;
  const room = doing === undefined
    ? Math.max(10, Math.min(40, width - figures.length - 3))
    : 10;
  const filled = all === 0 ? room : Math.round(room * done / all);
  const bar = `[${"#".repeat(filled)}${".".repeat(room - filled)}]`;
  const name = doing === undefined ? "" : `: ${doing}`;
  return `${bar}${figures}${name}`.slice(0, width - 1);
}
