// Turns process signals into one request to stop.

/** The signals that ask a process to end, by platform. */
export function stopSignals(platform: typeof Deno.build.os): Deno.Signal[] {
  // There SIGTERM and SIGHUP are console events and SIGBREAK is Ctrl-Break.
  return platform === "windows"
    ? ["SIGINT", "SIGBREAK", "SIGTERM", "SIGHUP"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
}

const sameRequestMs = 1_000;

/**
 * Classifies signals. One Ctrl-C arrives two to four times, since the terminal
 * signals the whole process group and `deno task` and npx forward theirs; only
 * a later SIGINT means "now".
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
 * Listens until the process ends, without keeping it alive.
 *
 * @param onNow Called for a second, later SIGINT.
 * @returns a signal that the first process signal aborts, with its name as the
 * reason.
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
      // Which signals Windows supports differs between versions.
    }
  }
  return controller.signal;
}
