// Progress of long work: a bar on a terminal, a line now and then elsewhere.

import { barText } from "../../lib/bar_text.ts";
import type { Progress } from "./print.ts";

export interface ProgressBar {
  /** @param doing What is being done, where it has a name. */
  readonly show: (done: number, all: number, doing?: string) => void;
  /** Removes the bar. May be called again. */
  readonly end: () => void;
}

/** Lines elsewhere: one for each tenth, or for each part that has a name. */
const steps = 10;

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
      line(
        `${done} of ${all} ${what}${doing === undefined ? "" : `: ${doing}`}`,
      );
    },
    end() {
      if (shown) write("\r\x1b[2K");
      shown = false;
    },
  };
}
