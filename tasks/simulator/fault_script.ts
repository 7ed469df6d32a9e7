// Parses fault scripts strictly: a misspelt fault without effect would let a
// test pass for the wrong reason.

import { messageOf, UsageError } from "../../lib/errors.ts";
import { isObject } from "../../lib/json.ts";
import type { Fault } from "./faults.ts";

interface Rule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  readonly isRequired?: boolean;
}

function whole(min: number, max: number): Rule {
  return {
    expected: `a whole number from ${min} to ${max}`,
    accepts: (value) =>
      Number.isInteger(value) && Number(value) >= min &&
      Number(value) <= max,
  };
}

function required(rule: Rule): Rule {
  return { ...rule, isRequired: true };
}

function isHeaders(value: unknown): boolean {
  // `node:http` would reject it later, in the middle of a response.
  return isObject(value) &&
    Object.entries(value).every(([name, text]) =>
      /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof text === "string" &&
      /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
    );
}

const text: Rule = {
  expected: "a string",
  accepts: (value) => typeof value === "string",
};
const dayMs = 86_400_000;
const maxCount = 2 ** 40;

type Rules = Readonly<Record<string, Rule>>;

const scopeRules: Rules = {
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

const effectRules: Readonly<Record<Fault["kind"], Rules>> = {
  delay: { ms: required(whole(0, dayMs)) },
  status: {
    status: required(whole(200, 599)),
    body: text,
    headers: { expected: "an object of header values", accepts: isHeaders },
  },
  body: {
    body: required(text),
    contentType: {
      expected: "a header value",
      accepts: (value) => isHeaders({ "content-type": value }),
    },
  },
  truncate: { bytes: required(whole(0, maxCount)) },
  trickle: { bytesPerSecond: required(whole(1, maxCount)) },
  endless: {
    bytes: whole(0, maxCount),
    gzip: {
      expected: "true or false",
      accepts: (value) => typeof value === "boolean",
    },
  },
  reset: {},
  hang: {},
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
  function refuse(problem: string, expected: string): never {
    throw new UsageError(`${label}${problem}: expected ${expected}`);
  }
  if (!isObject(value)) refuse(` is ${shown(value)}`, "an object");
  const { kind, ...fields } = value;
  if (!isKind(kind)) {
    refuse(`: kind is ${shown(kind)}`, Object.keys(effectRules).join(", "));
  }
  const rules = { ...scopeRules, ...effectRules[kind] };
  for (const [name, field] of Object.entries(fields)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      const names = Object.keys(rules).join(", ");
      refuse(`: "${name}" is not a field of ${kind}`, names);
    }
    if (!rule.accepts(field)) {
      refuse(`: ${name} is ${shown(field)}`, rule.expected);
    }
  }
  for (const [name, { isRequired, expected }] of Object.entries(rules)) {
    if (isRequired && fields[name] === undefined) {
      throw new UsageError(`${label}: ${kind} needs ${name}, ${expected}`);
    }
  }
  // Every field has passed its rule above.
  return value as unknown as Fault;
}

/**
 * Parses a list of faults.
 *
 * @param script JSON text.
 * @param file Its file, for messages.
 * @throws {UsageError} for text that is not a JSON list of valid faults; the
 * first fault is number 1.
 */
export function parseFaults(script: string, file?: string): Fault[] {
  const where = file === undefined ? "" : `${file}: `;
  let value: unknown;
  try {
    value = JSON.parse(script);
  } catch (error) {
    throw new UsageError(`${where}faults are not JSON: ${messageOf(error)}`);
  }
  if (!Array.isArray(value)) {
    throw new UsageError(`${where}faults are ${shown(value)}: expected a list`);
  }
  return value.map((item: unknown, at) =>
    parseFault(item, `${where}fault ${at + 1}`)
  );
}
