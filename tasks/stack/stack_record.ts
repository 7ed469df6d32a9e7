// What `setup` keeps of each kind of stack between two commands. Both may exist
// side by side, one of them stopped: what one leaves does not touch the other's.

import { isObject } from "../../lib/json.ts";
import { type StackKind, stackKinds } from "./stack.ts";

/** Variables of `.env`, by name. */
export type Variables = Readonly<Record<string, string>>;

export interface StackRecord {
  /** The kind of the last `setup`; the file may hold any word. */
  readonly kind: string | undefined;
  /** The variables of each stack that was set up and not destroyed. */
  readonly kept: Readonly<Partial<Record<StackKind, Variables>>>;
}

function parseVariables(value: unknown): Variables | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, String(text)]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a record. What it says of the last `setup`'s stack is replaced by
 * `marked`, the variables in `.env`, where every other reader takes them from.
 * Without a record they belong to Compose's.
 */
export function parseStackRecord(
  text: string | undefined,
  marked: Variables,
): StackRecord {
  const value = parse(text ?? "");
  const stored = isObject(value) ? value : {};
  const kind = typeof stored.kind === "string" ? stored.kind : undefined;
  const kept: Partial<Record<StackKind, Variables>> = {};
  for (const known of stackKinds) {
    const found = isObject(stored.kept)
      ? parseVariables(stored.kept[known])
      : undefined;
    if (found !== undefined) kept[known] = found;
  }
  const owner = stackKinds.find((known) => known === kind) ?? "compose";
  const others = stackKinds.filter((known) => known !== owner)
    .flatMap((known) => Object.keys(kept[known] ?? {}));
  const own = Object.entries(marked).filter(([name]) =>
    !others.includes(name) || name in (kept[owner] ?? {})
  );
  if (own.length > 0 || kind === owner) kept[owner] = Object.fromEntries(own);
  return { kind, kept };
}

/** The text of its file; `undefined` when there is nothing to keep. */
export function formatStackRecord(record: StackRecord): string | undefined {
  const isEmpty = record.kind === undefined &&
    Object.keys(record.kept).length === 0;
  return isEmpty ? undefined : JSON.stringify(record) + "\n";
}

/** After a `setup` of one kind. */
export function withStack(
  { kept }: StackRecord,
  kind: StackKind,
  variables: Variables,
): StackRecord {
  return { kind, kept: { ...kept, [kind]: variables } };
}

/** After a `destroy` of one kind: commands then work on the other, if it is there. */
export function withoutStack(
  record: StackRecord,
  kind: StackKind,
): StackRecord {
  const { [kind]: _gone, ...kept } = record.kept;
  const left = stackKinds.find((other) => other in kept);
  return { kind: record.kind === kind ? left : record.kind, kept };
}

/** The variables for `.env`: of both, the last `setup`'s first. */
export function variablesOf({ kind, kept }: StackRecord): Variables {
  return stackKinds.toSorted((a, b) => Number(a === kind) - Number(b === kind))
    .reduce((all, one) => ({ ...all, ...kept[one] }), {});
}
