import { delay } from "../../lib/clock.ts";

/**
 * Waits for a condition. The deadline only says when it is hopeless: well above
 * the 30 s that a producer may rest after an outage.
 *
 * @param what Names it in the error.
 * @param look Gives a value once it holds, `undefined` or false before.
 * @param deadlineMs How long at most.
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
