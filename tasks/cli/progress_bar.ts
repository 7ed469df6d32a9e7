// Progress of long work: a bar on a terminal, a line now and then elsewhere.

import type { Progress } from "./print.ts";

export interface ProgressBar {
  /** @param doing What is being done, where it has a name. */
  readonly show: (done: number, all: number, doing?: string) => void;
  /** Removes the bar. May be called again. */
  readonly end: () => void;
}

/** Lines elsewhere: one for each tenth, or for each part that has a name. */
const steps = 10;

/** The bar of work whose parts have names is short: else it would jump. */
function barText(
  done: number,
  all: number,
  { what, doing, width }: {
    readonly what: string;
    readonly doing: string | undefined;
    readonly width: number;
  },
): string {
  const figures = ` ${done.toLocaleString("en-US")} of ${
    all.toLocaleString("en-US")
  } ${what}`;
  const room = doing === undefined
    ? Math.max(10, Math.min(40, width - figures.length - 3))
    : 10;
  const filled = all === 0 ? room : Math.round(room * done / all);
  const bar = `[${"#".repeat(filled)}${".".repeat(room - filled)}]`;
  // A bar that is broken into two lines cannot be taken back.
  return `${bar}${figures}${named(doing)}`.slice(0, width - 1);
}

function named(doing: string | undefined): string {
  return doing === undefined ? "" : `: ${doing}`;
}

/**
 * @param width Columns of the terminal; `undefined` where there is none.
 * @param line Prints a line to stderr.
 */
export function createProgressBar(
  what: string,
  width: number | undefined,
  line: Progress,
): ProgressBar {
  let step = 0;
  let shown = false;
  const write = (text: string) =>
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  return {
    show(done, all, doing) {
      if (width !== undefined) {
        write(`\r\x1b[2K${barText(done, all, { what, doing, width })}`);
        shown = true;
        return;
      }
      const tenths = all === 0 ? steps : Math.floor(steps * done / all);
      const reached = doing === undefined ? tenths : done + 1;
      if (reached <= step) return;
      step = reached;
      line(`${done} of ${all} ${what}${named(doing)}`);
    },
    end() {
      if (shown) write("\r\x1b[2K");
      shown = false;
    },
  };
}
