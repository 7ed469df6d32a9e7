/**
 * Waits for a condition.
 *
 * @param what Names it in the error.
 * @param look Gives a value once it holds, `undefined` before.
 * @param deadlineMs How long at most.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 30_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  while (true) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) {
      throw new Error(`not within ${deadlineMs} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
