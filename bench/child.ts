// A Deno process under measurement: when it was spawned, and what it printed
// when.

import { projectDir } from "../lib/project.ts";
import { type Usage, usageOf } from "./machine.ts";

/** A line of JSON that a process printed. */
export interface Line {
  /** When it was read, on this process's monotonic clock. */
  readonly at: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A running process. */
export interface Child extends AsyncDisposable {
  /** When it was spawned, on this process's monotonic clock. */
  readonly spawnedAt: number;
  /** Its lines so far. */
  readonly lines: readonly Line[];
  usage(): Promise<Usage>;
  /** The first matching line, past or future. */
  line(matches: (fields: Line["fields"]) => boolean): Promise<Line>;
  /** Rejects with its stderr if it fails; otherwise never settles. */
  readonly failure: Promise<never>;
  /** Waits for its exit and returns the last line. */
  result(): Promise<Line["fields"]>;
  /** Sends SIGTERM and returns the milliseconds until it exited. */
  stop(): Promise<number>;
}

/** Starts `deno run` with a permission set and a script. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const spawnedAt = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", ...args],
    cwd: projectDir,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // Shown only on failure: kafkajs alone warns of its negative timeouts.
  const errors = new Response(child.stderr).text();
  const failed = async () =>
    new Error(`${args.join(" ")}: ${(await errors).trim()}`);
  const lines: Line[] = [];
  let changed = Promise.withResolvers<void>();
  let isEnded = false;
  const notify = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const reading = (async () => {
    let partial = "";
    const text = child.stdout.pipeThrough(new TextDecoderStream());
    for await (const part of text) {
      const at = performance.now();
      const complete = (partial + part).split("\n");
      partial = complete.pop() ?? "";
      for (const line of complete) lines.push({ at, fields: JSON.parse(line) });
      notify();
    }
    isEnded = true;
    notify();
  })();
  const failure = child.status.then(async ({ success }) => {
    if (success) return await new Promise<never>(() => {});
    throw await failed();
  });
  // The measurement may be over already.
  failure.catch(() => {});
  async function stop(): Promise<number> {
    const begun = performance.now();
    if (!isEnded) child.kill("SIGTERM");
    await child.status;
    const took = performance.now() - begun;
    await Promise.all([reading, errors]);
    return took;
  }
  return {
    spawnedAt,
    lines,
    failure,
    usage: () => usageOf(child.pid),
    async line(matches) {
      for (let next = 0;; await changed.promise) {
        for (; next < lines.length; next++) {
          const line = lines[next];
          if (line !== undefined && matches(line.fields)) return line;
        }
        if (isEnded) throw await failed();
      }
    },
    async result() {
      const { success } = await child.status;
      await reading;
      const last = lines.at(-1);
      if (!success || last === undefined) throw await failed();
      return last.fields;
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
