// A seeded random walk with random access to every step.

/** The walk returns to zero after 2^16 steps: 45 days of one per minute. */
const blockLevels = 16;
const blockSteps = 2 ** blockLevels;

/** Mixes the bits of a 32-bit number. */
function scramble(bits: number): number {
  let x = bits | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A 32-bit hash of a text. */
function digest(text: string): number {
  let bits = 0x2545f491;
  for (let i = 0; i < text.length; i++) {
    bits = scramble(bits ^ text.charCodeAt(i));
  }
  return bits;
}

/** Approximately normal: mean 0, deviation 1, never beyond 3.5. */
function normal(bits: number): number {
  let sum = 0;
  let state = bits;
  for (let i = 0; i < 4; i++) {
    state = scramble(state + 0x9e3779b9);
    sum += state / 2 ** 32;
  }
  return (sum - 2) * Math.sqrt(3);
}

/**
 * The position of a walk at a step, in standard deviations of one step.
 *
 * A Brownian bridge: each middle is drawn between two known ends, so a test can
 * recompute what was served hours ago in sixteen draws. It returns to zero every
 * 65,536 steps, which keeps prices plausible.
 *
 * @param name Identifies the walk; includes the seed and the coin.
 * @param step A whole number of any size.
 */
export function walkAt(name: string, step: number): number {
  const block = Math.floor(step / blockSteps);
  const high = Math.floor(block / 2 ** 32);
  const root = scramble(digest(name) ^ scramble(block) ^ scramble(high + 77));
  let left = 0;
  let right = 0;
  let position = step - block * blockSteps;
  let node = 1;
  for (let length = blockSteps; position > 0; length /= 2) {
    const half = length / 2;
    const spread = Math.sqrt(length) / 2;
    const middle = (left + right) / 2 +
      spread * normal(scramble(root ^ scramble(node)));
    node *= 2;
    if (position < half) {
      right = middle;
    } else {
      left = middle;
      position -= half;
      node += 1;
    }
  }
  return left;
}
