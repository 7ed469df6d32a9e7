// Bytes among others, compared without a view of them.

/** Whether `expected` stands in these bytes from `at` on. */
export function standsAt(
  bytes: Uint8Array,
  at: number,
  expected: Uint8Array,
): boolean {
  for (let n = 0; n < expected.length; n++) {
    if (bytes[at + n] !== expected[n]) return false;
  }
  return true;
}
