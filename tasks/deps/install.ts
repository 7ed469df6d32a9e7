/**
 * Other programs and the network, as `deps` uses them.
 *
 * @module
 */

/** How long JSR may take to answer at all. */
const answerMs = 3_000;

/** What a failed run of Deno said; nothing if it did not fail. */
export type Problem = string | undefined;

/**
 * Runs this very Deno, quietly.
 *
 * @param limitMs Ends it after this time.
 */
export async function runDeno(
  cwd: string,
  args: readonly string[],
  limitMs = 600_000,
): Promise<Problem> {
  const signal = AbortSignal.timeout(limitMs);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    signal,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1", RUST_BACKTRACE: "0", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  if (success) return undefined;
  if (!signal.aborted) return new TextDecoder().decode(stderr);
  return `error: deno ${args[0]} was not done after ${limitMs / 1000} s`;
}

/** Whether JSR answers. A firewall may drop what is sent to it: no waiting. */
export async function answers(registry: string): Promise<boolean> {
  try {
    const url = new URL("@std/assert/meta.json", registry);
    const signal = AbortSignal.timeout(answerMs);
    const response = await fetch(url, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
