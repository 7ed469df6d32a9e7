/**
 * Flags with dots in their names: `--a.b=1` gives `{ a: { b: 1 } }`.
 *
 * @module
 */

type Tree = Record<string, unknown>;

/** A name that would reach into every object. */
function isUnsafe(tree: Tree, key: string): boolean {
  return key === "__proto__" ||
    (key === "constructor" && typeof tree[key] === "function");
}

/** Puts a value at a dotted name; `listed` adds it to the list there. */
export function put(
  tree: Tree,
  name: string,
  value: unknown,
  listed: boolean,
): void {
  const keys = name.split(".");
  const last = keys.pop() ?? "";
  let at = tree;
  for (const key of keys) {
    if (isUnsafe(at, key)) return;
    at = (at[key] ??= {}) as Tree;
  }
  if (isUnsafe(at, last)) return;
  const before = at[last];
  if (!listed) at[last] = value;
  else if (Array.isArray(before)) before.push(value);
  else at[last] = before ? [before, value] : [value];
}

/** Whether there is something at a dotted name. */
export function has(tree: Tree, name: string): boolean {
  let at: unknown = tree;
  return name.split(".").every((key) => {
    if (!Object.hasOwn(at as Tree, key)) return false;
    at = (at as Tree)[key];
    return true;
  });
}
