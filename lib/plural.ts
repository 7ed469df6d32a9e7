// Counts as people read them.

/** A count with its noun: `1 record`, `2 records`, `2,000 records`. */
export function plural(
  count: number | bigint,
  noun: string,
  nouns = `${noun}s`,
): string {
  return `${count.toLocaleString("en-US")} ${
    Number(count) === 1 ? noun : nouns
  }`;
}
