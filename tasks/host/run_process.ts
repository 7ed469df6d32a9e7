// Starts programs. What must outlive its task is started by
// `detached_process.ts`; nothing else in `tasks/` starts a process.

import { keepOffProxies } from "../../lib/http_fetch.ts";
import { withChanges } from "./shell_variables.ts";

export interface ProcessResult {
  /** The exit code; 128 + signal when a signal ended it. */
  readonly code: number;
  /** Empty unless captured; so is `stderr`. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string | URL | undefined;
  /**
   * Variables added to this process's own, of which some are withheld;
   * `undefined` removes one.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Ends the program (SIGTERM) when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Standard input: none (the default), or this process's own. */
  readonly stdin?: "null" | "inherit";
  /**
   * Standard output and error: captured by default, this process's own, or
   * given to `onLine` alone, for a program that may print without an end.
   */
  readonly output?: "capture" | "inherit" | "lines";
  /** Runs it in a session of its own, which Ctrl-C does not reach. */
  readonly detached?: boolean;
  /** Called with the program's pid and a promise of its end. */
  readonly onStart?: (pid: number, ended: Promise<unknown>) => void;
  readonly onLine?: (line: string) => void;
}

/** Code that runs programs takes this function, so that tests can replace it. */
export type Run = (
  program: string,
  args: readonly string[],
  options?: RunOptions,
) => Promise<ProcessResult>;

export interface StartedProcess {
  readonly pid: number;
  readonly ended: Promise<ProcessResult>;
  /** Sends it a signal, unless it has ended. */
  kill(signal: Deno.Signal): void;
}

/** Starts a program, for a caller that has to do more than wait for its end. */
export function start(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): StartedProcess {
  const { cwd, env, signal, output = "capture" } = options;
  signal?.throwIfAborted();
  keepOffProxies();
  const stream = output === "inherit" ? "inherit" : "piped";
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: options.stdin ?? "null",
    stdout: stream,
    stderr: stream,
    detached: options.detached ?? false,
    ...cwd === undefined ? {} : { cwd },
    clearEnv: true,
    env: childEnv(env),
    ...signal === undefined ? {} : { signal },
  }).spawn();
  options.onStart?.(child.pid, child.status);
  return {
    pid: child.pid,
    ended: output !== "inherit"
      ? capture(child, options)
      : child.status.then(({ code }) => ({ code, stdout: "", stderr: "" })),
    kill(signal) {
      try {
        child.kill(signal);
      } catch {
        // It has ended.
      }
    },
  };
}

/** The environment of a program that is started here. */
export function childEnv(
  changes: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  return withChanges(Deno.env.toObject(), changes);
}

async function capture(
  child: Deno.ChildProcess,
  { signal, onLine, output }: RunOptions,
): Promise<ProcessResult> {
  // A program that was ended may leave a child that holds the streams open.
  const { promise: abandoned, resolve: abandon } = Promise
    .withResolvers<void>();
  const ended = child.status.then((status) => {
    if (signal?.aborted) abandon();
    return status;
  });
  const reading = { onLine, abandoned, isKept: output !== "lines" };
  const [{ code }, stdout, stderr] = await Promise.all([
    ended,
    readLines(child.stdout, reading),
    readLines(child.stderr, reading),
  ]);
  return { code, stdout, stderr };
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  { onLine, abandoned, isKept }: {
    readonly onLine: ((line: string) => void) | undefined;
    readonly abandoned: Promise<void>;
    readonly isKept: boolean;
  },
): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  abandoned.then(() => reader.cancel());
  let text = "";
  let unfinished = "";
  for (let part; !(part = await reader.read()).done;) {
    if (isKept) text += part.value;
    if (onLine === undefined) continue;
    const lines = (unfinished + part.value).split(/\r?\n/);
    unfinished = lines.pop() ?? "";
    lines.forEach(onLine);
  }
  if (unfinished !== "") onLine?.(unfinished);
  return text;
}

export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProcessResult> {
  return await start(program, args, options).ended;
}

/**
 * Runs a program while this process does nothing else, in a session of its
 * own: for cleaning up on the way out, which a second Ctrl-C must not end.
 */
export function runBlocking(program: string, args: readonly string[]): string {
  const { stdout } = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).outputSync();
  return new TextDecoder().decode(stdout);
}
