// Text of SQL values where it is not what JavaScript prints.

/** A time as ISO 8601 in UTC; `undefined` for one that ISO cannot express. */
export function isoTime(micros: bigint): string | undefined {
  try {
    return Temporal.Instant.fromEpochNanoseconds(micros * 1_000n).toString();
  } catch {
    return undefined;
  }
}

/** A DOUBLE as DuckDB prints it: `1.0`, `1e+21`, `nan`, `inf`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
