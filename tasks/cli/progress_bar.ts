// Progress of long work: a bar on a terminal, a line now and then elsewhere.

import type { Progress } from "./print.ts";

export interface ProgressBar {
  readonly show: (done: number, all: number) => void;
  /** Removes the bar. May be called again. */
  readonly end: () => void;
}

/** Lines elsewhere: one for each tenth. */
const steps = 10;

function barText(done: number, all: number, what: string, width: number) {
  const figures = ` ${done.toLocaleString("en-US")} of ${
    all.toLocaleString("en-US")
  } ${what}`;
  const room = Math.max(10, Math.min(40, width - figures.length - 3));
  const filled = all === 0 ? room : Math.round(room * done / all);
  return `[${"#".repeat(filled)}${".".repeat(room - filled)}]${figures}`;
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
    show(done, all) {
      if (width !== undefined) {
        write(`\r\x1b[2K${barText(done, all, what, width)}`);
        shown = true;
        return;
      }
      const reached = all === 0 ? steps : Math.floor(steps * done / all);
      if (reached <= step) return;
      step = reached;
      line(`${done} of ${all} ${what}`);
    },
    end() {
      if (shown) write("\r\x1b[2K");
      shown = false;
    },
  };
}
