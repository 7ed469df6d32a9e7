// Starts a program that outlives this process.

import { childEnv } from "./run_process.ts";

export interface Detached {
  readonly pid: number;
  /** Its exit code; `undefined` while it is running. */
  exitCode(): number | undefined;
  /** Its standard output and error so far, the last 16 KiB. */
  output(): string;
  /**
   * Stops reading its output. Later output is lost, without failing the
   * program: Java ignores SIGPIPE.
   */
  release(): Promise<void>;
}

const exits = new Map<number, () => Promise<void>>();

/**
 * Waits until this process has reaped a child of its own, which is a zombie
 * until then. Returns at once for any other process.
 */
export async function reapChild(pid: number): Promise<void> {
  await exits.get(pid)?.();
}

/**
 * Starts a program in a session of its own, so that neither Ctrl-C nor the end
 * of this process reaches it. Its first output is kept: Java prints there why it
 * cannot start.
 */
export function startDetached(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Detached {
  const child = new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: childEnv(env),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  let output = "";
  let code: number | undefined;
  const readers = [child.stdout, child.stderr].map((stream) =>
    stream.pipeThrough(new TextDecoderStream()).getReader()
  );
  const reading = readers.map(async (reader) => {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      output = (output + value).slice(-16_384);
    }
  });
  const exited = child.status.then((status) => {
    code = status.code;
    exits.delete(child.pid);
  });
  exits.set(child.pid, () => {
    // `release()` has unreferenced it.
    child.ref();
    return exited;
  });
  return {
    pid: child.pid,
    exitCode: () => code,
    output: () => output,
    async release() {
      child.unref();
      await Promise.all(readers.map((reader) => reader.cancel()));
      await Promise.all(reading);
    },
  };
}
