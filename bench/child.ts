// A Deno process under measurement: when it was spawned, and what it printed
// when.

import { projectDir } from "../lib/project.ts";
import { start as startProcess } from "../tasks/host/run_process.ts";
import { usageOf } from "./machine.ts";

/** A line of JSON that a process printed. */
export interface Line {
  /** When it was read, on this process's monotonic clock. */
  readonly at: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Child = ReturnType<typeof start>;

/** Starts `deno run` with a permission set and a script. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { nodeModules = true }: { readonly nodeModules?: boolean } = {},
) {
  const spawnedAt = performance.now();
  const lines: Line[] = [];
  let changed = Promise.withResolvers<void>();
  function notify(): void {
    changed.resolve();
    changed = Promise.withResolvers();
  }
  const child = startProcess(Deno.execPath(), [
    "run",
    "-q",
    ...nodeModules ? ["--node-modules-dir=manual"] : [],
    ...args,
  ], {
    cwd: projectDir,
    env,
    onLine(line) {
      const at = performance.now();
      // Others go to stderr: kafkajs warns of its negative timeouts.
      if (line.startsWith("{")) lines.push({ at, fields: JSON.parse(line) });
      notify();
    },
  });
  let isEnded = false;
  const ended = child.ended.finally(() => {
    isEnded = true;
    notify();
  });
  async function failed(): Promise<never> {
    throw new Error(`${args.join(" ")}: ${(await ended).stderr.trim()}`);
  }
  /** Rejects with its stderr if it fails; otherwise never settles. */
  const failure = ended.then(({ code }) =>
    code === 0 ? new Promise<never>(() => {}) : failed()
  );
  // The measurement may be over already.
  failure.catch(() => {});
  /** Sends SIGTERM and returns the milliseconds until it exited. */
  async function stop(): Promise<number> {
    const begun = performance.now();
    child.kill("SIGTERM");
    await ended;
    return performance.now() - begun;
  }
  return {
    pid: child.pid,
    spawnedAt,
    lines,
    failure,
    usage: () => usageOf(child.pid),
    /** The first matching line, past or future. */
    async line(matches: (fields: Line["fields"]) => boolean): Promise<Line> {
      for (let next = 0;; await changed.promise) {
        for (; next < lines.length; next++) {
          const line = lines[next];
          if (line !== undefined && matches(line.fields)) return line;
        }
        if (isEnded) return await failed();
      }
    },
    /** Waits for its exit and returns the last line. */
    async result(): Promise<Line["fields"]> {
      const { code } = await ended;
      const last = lines.at(-1);
      return code === 0 && last ? last.fields : await failed();
    },
    stop,
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}

/** Starts one of the baselines of `bench/bare/`. */
export function startBare(name: string, ...args: string[]): Child {
  return start(["-P=tasks", `bench/bare/${name}.ts`, ...args]);
}

/** Whether a log line reports an acknowledgement. */
export function isPublished({ message }: Line["fields"]): boolean {
  return message === "published";
}
