import { delay } from "../../lib/clock.ts";

/**
 * Waits for a condition. The deadline is for what can no longer succeed: it is
 * well above the 30 s that a producer may back off after an outage.
 *
 * @param what Names the condition in the error.
 * @param look Gives a value once it holds, `undefined` or false before.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = 180_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  while (true) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) {
      throw new Error(`not within ${deadlineMs} ms: ${what}`);
    }
    await delay(20);
  }
}
