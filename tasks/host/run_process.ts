/**
 * The one place where tasks start programs and wait for their end. What shall
 * outlive its task is started by `native/detached.ts`.
 *
 * @module
 */

/** How a finished program ended and what it said. */
export interface ProcessResult {
  /** The exit code; 128 + signal when a signal ended it. */
  readonly code: number;
  /** All of its standard output, as text. */
  readonly stdout: string;
  /** All of its standard error, as text. */
  readonly stderr: string;
}

/** Settings of one run. */
export interface RunOptions {
  /** The folder to run in. */
  readonly cwd?: string;
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program (SIGTERM) when aborted. */
  readonly signal?: AbortSignal;
  /** Told of the program's pid, and when it has ended. */
  readonly onStart?: (pid: number, ended: Promise<unknown>) => void;
  /**
   * Called with each whole line of either stream as it comes, for progress;
   * the streams are still returned whole.
   */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end. This is the narrow need of all code that asks
 * other programs; tests give a function that answers from a table.
 *
 * @throws {Deno.errors.NotFound} when there is no such program.
 */
export type Run = (
  program: string,
  args: readonly string[],
  options?: RunOptions,
) => Promise<ProcessResult>;

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: ((line: string) => void) | undefined,
  until: Promise<void>,
): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  until.then(() => reader.cancel());
  let text = "";
  let begun = "";
  for (let part; !(part = await reader.read()).done;) {
    text += part.value;
    if (onLine === undefined) continue;
    const lines = (begun + part.value).split(/\r?\n/);
    begun = lines.pop() ?? "";
    lines.forEach(onLine);
  }
  if (begun !== "") onLine?.(begun);
  return text;
}

/** The real {@linkcode Run}: a child process without standard input. */
export const run: Run = async (program, args, options = {}) => {
  options.signal?.throwIfAborted();
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options.cwd === undefined ? {} : { cwd: options.cwd },
    ...options.env === undefined ? {} : { env: { ...options.env } },
    ...options.signal === undefined ? {} : { signal: options.signal },
  }).spawn();
  options.onStart?.(child.pid, child.status);
  // A program that was ended may leave a child of its own, which holds the
  // streams open: nobody waits for that one.
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const ended = child.status.then((status) => {
    if (options.signal?.aborted) leave();
    return status;
  });
  const [status, stdout, stderr] = await Promise.all([
    ended,
    readLines(child.stdout, options.onLine, left),
    readLines(child.stderr, options.onLine, left),
  ]);
  return { code: status.code, stdout, stderr };
};
