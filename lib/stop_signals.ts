/**
 * Turns signals into one request to stop.
 *
 * @module
 */

/** Signals that ask a program to end; which exist depends on the platform. */
export function stopSignals(platform: typeof Deno.build.os): Deno.Signal[] {
  // SIGTERM and SIGHUP are console events there, SIGBREAK is Ctrl-Break.
  return platform === "windows"
    ? ["SIGINT", "SIGBREAK", "SIGTERM", "SIGHUP"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
}

const sameRequestMs = 1_000;

/**
 * Judges signals as they come. One Ctrl-C arrives as two to four of them, as
 * the terminal signals the whole process group and `deno task` and npx pass
 * theirs on; only a later SIGINT means "at once".
 *
 * @param monotonic The monotonic clock, in milliseconds.
 */
export function createStopJudge(
  monotonic: () => number,
): (signal: Deno.Signal) => "stop" | "same" | "now" {
  let first: number | undefined;
  return (signal) => {
    const now = monotonic();
    if (first === undefined) {
      first = now;
      return "stop";
    }
    const later = now - first > sameRequestMs;
    return later && signal === "SIGINT" ? "now" : "same";
  };
}

/**
 * Listens until the process ends. The listeners keep nothing alive.
 *
 * @param onNow Called for a second, later SIGINT.
 * @returns aborted by the first signal; its reason is the signal's name.
 */
export function listenForStop(onNow: () => void): AbortSignal {
  const controller = new AbortController();
  const judge = createStopJudge(() => performance.now());
  for (const signal of stopSignals(Deno.build.os)) {
    const listener = () => {
      const verdict = judge(signal);
      if (verdict === "stop") controller.abort(signal);
      if (verdict === "now") onNow();
    };
    try {
      Deno.addSignalListener(signal, listener);
    } catch {
      // Which signals Windows lets a program hear differs between versions.
    }
  }
  return controller.signal;
}
