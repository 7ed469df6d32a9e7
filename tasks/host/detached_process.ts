/**
 * Starts a program that goes on when this process ends.
 *
 * @module
 */

/** A program that was started so. */
export interface Detached {
  /** Its process id. */
  readonly pid: number;
  /** Whether it has ended, and with which exit code. */
  ended(): number | undefined;
  /** What it said on its standard streams so far. */
  output(): string;
  /**
   * Stops listening. What the program says after that is lost; it does not
   * fail for it, as Java ignores SIGPIPE.
   */
  release(): Promise<void>;
}

const exits = new Map<number, () => Promise<void>>();

/**
 * Waits until this process has taken note of its own child's end; until then
 * the child is a zombie. For anybody else's process there is nothing to wait.
 */
export async function noteExit(pid: number): Promise<void> {
  await exits.get(pid)?.();
}

/**
 * Starts a program in a session of its own, so that neither Ctrl-C nor the end
 * of this process reaches it. Its first words are kept: that is where Java
 * says why it cannot even start.
 *
 * @throws {Deno.errors.NotFound} when there is no such program.
 */
export function startDetached(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Detached {
  const child = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
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
    // It was let go by `release()`: nothing else need keep us waiting here.
    child.ref();
    return exited;
  });
  return {
    pid: child.pid,
    ended: () => code,
    output: () => output,
    async release() {
      child.unref();
      await Promise.all(readers.map((reader) => reader.cancel()));
      await Promise.all(reading);
    },
  };
}
