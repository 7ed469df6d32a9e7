// Reads values out of JSON that came from another program.

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object, and neither `null` nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of names; `undefined` where a step is missing. */
export function valueAt(value: unknown, ...path: string[]): unknown {
  return path.reduce(
    (at: unknown, name) => isObject(at) ? at[name] : undefined,
    value,
  );
}

/** The object at a path; empty where there is none. */
export function objectAt(value: unknown, ...path: string[]): JsonObject {
  const found = valueAt(value, ...path);
  return isObject(found) ? found : {};
}

/** The text at a path; `""` where there is none. */
export function textAt(value: unknown, ...path: string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The number at a path; 0 where there is none. */
export function numberAt(value: unknown, ...path: string[]): number {
  const found = valueAt(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The strings of the array at a path; none where there is no array. */
export function textsAt(value: unknown, ...path: string[]): string[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found)
    ? found.filter((one) => typeof one === "string")
    : [];
}

/** The elements of a JSON array; none for blank text. */
export function parseArray(text: string): unknown[] {
  const value: unknown = JSON.parse(text.trim() || "[]");
  return Array.isArray(value) ? value : [];
}
