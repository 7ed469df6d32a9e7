// Programs that end with the demo's sandbox, whatever they have started.

import { type Run, run } from "../host/run_process.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * Runs programs that end with the sandbox and not by a Ctrl-C; none begins
 * after it.
 */
export function ownedRun(sandbox: Sandbox, stop: AbortSignal): Run {
  return async (program, args, options) => {
    stop.throwIfAborted();
    return await run(program, args, {
      ...options,
      detached: true,
      // Compose is a child of `docker`, as others are of pip: the signal is for
      // the whole group.
      onStart: (pid, ended) =>
        sandbox.own(Deno.build.os === "windows" ? pid : -pid, ended),
    });
  };
}
