/**
 * How often a source in trouble is asked: less and less, and at once as usual
 * after its first good answer. Asking faster would be a burst at the very
 * moment at which it has trouble enough.
 *
 * @module
 */

/** So many failures in a row open the circuit. */
const openingFailures = 3;

/** At most so many slots from one poll to the next. */
const mostSlots = 8;

/** No slowing makes polls rarer than this. */
const mostMs = 5 * 60_000;

/**
 * Which slots are polled after a failure: each (1), each second (2), fourth or
 * eighth. Above 1 the circuit is open.
 *
 * @param failures Failures in a row, the last one included.
 * @param intervalMs From slot to slot. Slots that are minutes apart are rare
 * enough: a cap of five minutes holds for what the circuit adds.
 */
export function slowedTo(failures: number, intervalMs: number): number {
  const wanted = failures < openingFailures
    ? 1
    : Math.min(mostSlots, 2 ** (failures - openingFailures + 1));
  let every = 1;
  while (every < wanted && 2 * every * intervalMs <= mostMs) every *= 2;
  return every;
}
