/**
 * A Deno process that is measured: when it began, and what it printed when.
 *
 * @module
 */

import { projectDir } from "../lib/project.ts";
import { type Usage, usageOf } from "./machine.ts";

/** A line of JSON that a process printed. */
export interface Line {
  /** When it was read, on this process's monotonic clock. */
  readonly at: number;
  /** Its fields. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A running process. */
export interface Child extends AsyncDisposable {
  /** When it was spawned, on this process's monotonic clock. */
  readonly begun: number;
  /** Its lines so far. */
  readonly lines: readonly Line[];
  /** What it used so far. */
  usage(): Promise<Usage>;
  /** The first line, old or to come, that is as wished. */
  line(wish: (fields: Line["fields"]) => boolean): Promise<Line>;
  /** Rejects, with its complaints, once it ended badly; else waits for ever. */
  readonly failure: Promise<never>;
  /** Waits for its end and gives the last line. */
  result(): Promise<Line["fields"]>;
  /** Asks it to end and gives the milliseconds that it took. */
  end(): Promise<number>;
}

/** Starts `deno run` with a permission set and a script. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const begun = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", ...args],
    cwd: projectDir,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // Shown only when it fails: kafkajs alone warns of its negative timeouts.
  const complaints = new Response(child.stderr).text();
  const failed = async () =>
    new Error(`${args.join(" ")}: ${(await complaints).trim()}`);
  const lines: Line[] = [];
  let changed = Promise.withResolvers<void>();
  let isEnded = false;
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const reading = (async () => {
    let rest = "";
    const text = child.stdout.pipeThrough(new TextDecoderStream());
    for await (const part of text) {
      const at = performance.now();
      const whole = (rest + part).split("\n");
      rest = whole.pop() ?? "";
      for (const line of whole) lines.push({ at, fields: JSON.parse(line) });
      tell();
    }
    isEnded = true;
    tell();
  })();
  const failure = child.status.then(async ({ success }) => {
    if (success) return await new Promise<never>(() => {});
    throw await failed();
  });
  // Whoever measures may have left already.
  failure.catch(() => {});
  async function end(): Promise<number> {
    const asked = performance.now();
    if (!isEnded) child.kill("SIGTERM");
    await child.status;
    const took = performance.now() - asked;
    await Promise.all([reading, complaints]);
    return took;
  }
  return {
    begun,
    lines,
    failure,
    usage: () => usageOf(child.pid),
    async line(wish) {
      for (let next = 0;; await changed.promise) {
        for (; next < lines.length; next++) {
          const line = lines[next];
          if (line !== undefined && wish(line.fields)) return line;
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
    end,
    [Symbol.asyncDispose]: async () => void await end(),
  };
}

/** Starts one of the baselines of `bench/bare/`. */
export function startBare(name: string, ...args: string[]): Child {
  return start(["-P=tasks", `bench/bare/${name}.ts`, ...args]);
}

/** Whether a log line tells of an acknowledgement. */
export const isPublished = ({ message }: Line["fields"]): boolean =>
  message === "published";
