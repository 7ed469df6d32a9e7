// Random choices that can be repeated.

export interface Random {
  /** An integer from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
}

function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (const unit of text) {
    bits = Math.imul(bits ^ unit.codePointAt(0)!, 0x01000193);
  }
  return bits >>> 0;
}

/**
 * Random numbers that depend on seed and name only: a scenario that runs alone
 * draws the same as among the others.
 */
export function seeded(seed: number, name: string): Random {
  let state = hash(`${seed} ${name}`);
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  return {
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (probability) => next() < probability,
  };
}

/**
 * The seed of this run: `CHAOS_SEED`, or a new one. It does not fix the timing:
 * the same choices meet the machine in another state.
 *
 * @throws for a `CHAOS_SEED` that is not an integer below 2^32.
 */
export function chosenSeed(text: string | undefined): number {
  if (text === undefined || text === "") {
    return crypto.getRandomValues(new Uint32Array(1))[0]!;
  }
  const seed = Number(text);
  if (!/^\d{1,10}$/.test(text) || seed >= 2 ** 32) {
    throw new Error(
      `CHAOS_SEED is "${text}": expected an integer below 4294967296`,
    );
  }
  return seed;
}

/** Whether the long form runs: `deno task test:chaos` sets `CHAOS_LONG`. */
export const isLong: boolean = Boolean(Deno.env.get("CHAOS_LONG"));

export const runSeed: number = chosenSeed(Deno.env.get("CHAOS_SEED"));

/** A test of the long form only; the short one has to fit in 90 s. */
export const longTest: (name: string, fn: () => Promise<void>) => void = isLong
  ? Deno.test
  : Deno.test.ignore;

/**
 * Runs a test's work; whatever fails in it, the error says how to repeat its
 * random choices.
 *
 * @throws an error with the seed, whose cause is what failed.
 */
export async function withSeed(
  seed: number,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const long = isLong ? " CHAOS_LONG=1" : "";
    throw new Error(`to repeat its choices: CHAOS_SEED=${seed}${long}`, {
      cause,
    });
  }
}

/** A test with random choices: it fails with its seed. */
export function seededTest(
  name: string,
  work: () => Promise<void>,
  options: { readonly ignore?: boolean } = {},
): void {
  Deno.test({ ...options, name, fn: () => withSeed(runSeed, work) });
}
