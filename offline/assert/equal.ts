/**
 * Deep equality with the rules of `@std/assert`: they are not Node's. `0` and
 * `-0` are equal, errors differ by their stacks, a missing prototype is a
 * plain one.
 *
 * @module
 */

type Pairs = Map<object, object>;

function sameValue(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}

function plain(prototype: unknown): unknown {
  return prototype === null ? Object.prototype : prototype;
}

function bytesOf(value: object): ArrayLike<unknown> | undefined {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return value as Uint8Array;
  }
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}

function isText(value: object): boolean {
  return value instanceof RegExp || value instanceof URL ||
    value instanceof URLSearchParams || value instanceof Intl.Locale ||
    /^\[object Temporal\./.test(Object.prototype.toString.call(value));
}

/** Own names and those of the prototypes up to the built-in ones. */
function namesOf(value: object): Set<PropertyKey> {
  const names = new Set<PropertyKey>();
  let at: object | null = value;
  while (at && at !== Object.prototype && at !== Array.prototype) {
    for (const name of Reflect.ownKeys(at)) names.add(name);
    at = Object.getPrototypeOf(at);
  }
  return names;
}

type Entry = readonly [unknown, unknown];

function equalEntries(a: Entry[], b: Entry[], pairs: Pairs): boolean {
  return a.length === b.length &&
    a.every(([key, value]) =>
      b.some(([otherKey, other]) =>
        compare(key, otherKey, pairs) && compare(value, other, pairs)
      )
    );
}

function equalProperties(a: object, b: object, pairs: Pairs): boolean {
  for (const name of namesOf(a).union(namesOf(b))) {
    if (!(name in a) || !(name in b)) return false;
    if (!compare(Reflect.get(a, name), Reflect.get(b, name), pairs)) {
      return false;
    }
  }
  return true;
}

function compare(a: unknown, b: unknown, pairs: Pairs): boolean {
  if (sameValue(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (a instanceof Date && b instanceof Date) {
    return Object.is(a.getTime(), b.getTime());
  }
  if (plain(Object.getPrototypeOf(a)) !== plain(Object.getPrototypeOf(b))) {
    return false;
  }
  const [bytes, others] = [bytesOf(a), bytesOf(b)];
  if (bytes && others) {
    return bytes.length === others.length &&
      Array.from(bytes).every((item, index) => sameValue(item, others[index]));
  }
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${a.constructor.name} instances`);
  }
  if (pairs.get(a) === b) return true;
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  pairs.set(a, b);
  if (a instanceof Map && b instanceof Map) {
    return equalEntries([...a], [...b], pairs);
  }
  if (a instanceof Set && b instanceof Set) {
    return equalEntries([...a.entries()], [...b.entries()], pairs);
  }
  return isText(a) ? String(a) === String(b) : equalProperties(a, b, pairs);
}

/** Whether two values are deeply equal. */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}
