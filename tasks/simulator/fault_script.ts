// Parses fault scripts strictly: a misspelt fault without effect would let a
// test pass for the wrong reason.

import { messageOf, UsageError } from "../../lib/errors.ts";
import type { Fault } from "./faults.ts";

interface Rule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

function whole(min: number, max: number): Rule {
  return {
    expected: `a whole number from ${min} to ${max}`,
    accepts: (value) =>
      Number.isInteger(value) && Number(value) >= min &&
      Number(value) <= max,
  };
}

function isHeaders(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return false;
  }
  // `node:http` would reject it later, in the middle of a response.
  return Object.entries(value).every(([name, text]) =>
    /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof text === "string" &&
    /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
  );
}

const text: Rule = {
  expected: "a string",
  accepts: (value) => typeof value === "string",
};
const flag: Rule = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};
const dayMs = 86_400_000;
const maxCount = 2 ** 40;

const scopeRules: Readonly<Record<string, Rule>> = {
  path: {
    expected: 'a path below /api/v3, such as "/simple/price"',
    accepts: (value) => typeof value === "string" && /^\/[^\s?]*$/.test(value),
  },
  times: {
    expected: 'a whole number from 1 or "forever"',
    accepts: (value) =>
      value === "forever" || whole(1, maxCount).accepts(value),
  },
  after: whole(0, maxCount),
};

const effectRules: Readonly<
  Record<Fault["kind"], Readonly<Record<string, Rule>>>
> = {
  delay: { ms: whole(0, dayMs) },
  status: {
    status: whole(200, 599),
    body: text,
    headers: { expected: "an object of header values", accepts: isHeaders },
  },
  body: {
    body: text,
    contentType: {
      expected: "a header value",
      accepts: (value) => isHeaders({ "content-type": value }),
    },
  },
  truncate: { bytes: whole(0, maxCount) },
  trickle: { bytesPerSecond: whole(1, maxCount) },
  endless: {
    bytes: whole(0, maxCount),
    gzip: flag,
  },
  reset: {},
  hang: {},
};

const required: Readonly<Record<Fault["kind"], readonly string[]>> = {
  delay: ["ms"],
  status: ["status"],
  body: ["body"],
  truncate: ["bytes"],
  trickle: ["bytesPerSecond"],
  endless: [],
  reset: [],
  hang: [],
};

function shown(value: unknown): string {
  const printed = JSON.stringify(value) ?? "nothing";
  return printed.length > 60 ? `${printed.slice(0, 57)}...` : printed;
}

function isKind(value: unknown): value is Fault["kind"] {
  return typeof value === "string" && Object.hasOwn(effectRules, value);
}

/**
 * Parses a fault.
 *
 * @param label Its name in messages: `fault 2`.
 * @throws {UsageError} with label, field, value and what was expected.
 */
export function parseFault(value: unknown, label: string): Fault {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${label} is ${shown(value)}: expected an object`);
  }
  const fields: Record<string, unknown> = { ...value };
  const { kind } = fields;
  if (!isKind(kind)) {
    throw new UsageError(
      `${label}: kind is ${shown(kind)}: expected ${
        Object.keys(effectRules).join(", ")
      }`,
    );
  }
  const rules = { ...scopeRules, ...effectRules[kind] };
  for (const [name, field] of Object.entries(fields)) {
    if (name === "kind") continue;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      throw new UsageError(
        `${label}: "${name}" is not a field of ${kind}: expected ${
          Object.keys(rules).join(", ")
        }`,
      );
    }
    if (!rule.accepts(field)) {
      throw new UsageError(
        `${label}: ${name} is ${shown(field)}: expected ${rule.expected}`,
      );
    }
  }
  for (const name of required[kind]) {
    if (fields[name] === undefined) {
      throw new UsageError(
        `${label}: ${kind} needs ${name}, ${rules[name]?.expected}`,
      );
    }
  }
  // Every field has passed its rule above.
  return fields as unknown as Fault;
}

/**
 * Parses a list of faults.
 *
 * @param script JSON text.
 * @throws {UsageError} for text that is not a JSON list of valid faults; the
 * first fault is number 1.
 */
export function parseFaults(script: string): Fault[] {
  let value: unknown;
  try {
    value = JSON.parse(script);
  } catch (error) {
    throw new UsageError(`faults are not JSON: ${messageOf(error)}`);
  }
  if (!Array.isArray(value)) {
    throw new UsageError(`faults are ${shown(value)}: expected a list`);
  }
  return value.map((item: unknown, at) => parseFault(item, `fault ${at + 1}`));
}
