// A seeded random walk with random access to every step, so that a test can
// recompute what was served hours ago.

/** The longest swing lasts 2^16 steps: 45 days of one per minute. */
const scales = 16;

/** Mixes the bits of a 32-bit number. */
function scramble(bits: number): number {
  let x = bits | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function hash(text: string): number {
  let bits = 0x2545f491;
  for (let i = 0; i < text.length; i++) {
    bits = scramble(bits ^ text.charCodeAt(i));
  }
  return bits;
}

/**
 * The position of a walk at a step, around 0, in standard deviations of one
 * step: the sum of swings of 1, 2, 4 ... steps, each as wide as a random walk
 * gets in that time.
 *
 * @param name Identifies the walk; includes the seed and the coin.
 * @param step A whole number of any size.
 */
export function walkAt(name: string, step: number): number {
  const seed = hash(name);
  let position = 0;
  for (let scale = 0; scale < scales; scale++) {
    const at = step / 2 ** scale;
    const turn = Math.floor(at);
    const heightAt = (turn: number) =>
      (scramble(seed ^ scramble(turn * scales + scale)) / 2 ** 32 - 0.5) *
      Math.sqrt(3);
    const [from, to] = [heightAt(turn), heightAt(turn + 1)];
    position += Math.sqrt(2 ** scale) * (from + (to - from) * (at - turn));
  }
  return position;
}
