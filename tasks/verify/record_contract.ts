// Checks a stored record against the contract to the letter: schema, field
// order, types, times, key and headers.

import type { StoredRecord } from "../../kafka/tail_reader.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import type { Result } from "../../lib/result.ts";
import { placeOf, recordType } from "../../producer/envelope.ts";
import {
  type ExactNumber,
  isExactNumber,
  parseExact,
  toNumber,
} from "../../producer/sources/exact_json.ts";
import { coinFields } from "../../producer/sources/source.ts";

/** The fields of each coin, by coin id. */
export type Coins = Readonly<
  Record<string, Readonly<Record<string, ExactNumber | null>>>
>;

const fields = [
  "status",
  "data",
  "api_call_timestamp",
  "http_status_code",
  "source_system",
  "ingestion_timestamp",
];
const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const decoder = new TextDecoder("utf-8", { fatal: true });

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "missing";
}

// An exact number is an object too.
function isPlainObject(value: unknown): value is JsonObject {
  return isObject(value) && !isExactNumber(value);
}

function isInOrder(given: readonly string[], all: readonly string[]): boolean {
  const places = given.map((name) => all.indexOf(name));
  return places.every((place, index) =>
    place >= 0 && place > (places[index - 1] ?? -1)
  );
}

function coinProblem(id: string, coin: unknown): string | undefined {
  if (!isPlainObject(coin)) return `data.${id} is not an object`;
  const names = Object.keys(coin);
  if (!isInOrder(names, coinFields)) {
    return `data.${id} has the fields ${names.join(", ")}`;
  }
  const { usd } = coin;
  if (!isExactNumber(usd) || !(toNumber(usd) > 0)) {
    return `data.${id}.usd is ${shown(usd)}, expected a positive number`;
  }
  const invalid = names.find((name) =>
    coin[name] !== null && !isExactNumber(coin[name])
  );
  return invalid && `data.${id}.${invalid} is not a number`;
}

function timeProblem(value: JsonObject, name: string): string | undefined {
  const text = value[name];
  const isValid = typeof text === "string" && time.test(text) &&
    !Number.isNaN(Date.parse(`${text}Z`));
  return isValid ? undefined : `${name} is ${shown(text)}, expected UTC with ` +
    "microseconds and no zone";
}

function valueProblem(value: JsonObject): string | undefined {
  const names = Object.keys(value).join(",");
  if (names !== fields.join(",")) return `the fields are ${names}`;
  if (value.status !== "success") return `status is ${shown(value.status)}`;
  if (!isExactNumber(value.http_status_code)) {
    return "http_status_code is not a number";
  }
  if (typeof value.source_system !== "string") {
    return "source_system is not a string";
  }
  if (!isPlainObject(value.data) || Object.keys(value.data).length === 0) {
    return "data has no coins";
  }
  for (const [id, coin] of Object.entries(value.data)) {
    const problem = coinProblem(id, coin);
    if (problem !== undefined) return problem;
  }
  return timeProblem(value, "api_call_timestamp") ??
    timeProblem(value, "ingestion_timestamp");
}

/** A part has as many coins as its header says; a whole sample has no part. */
function partProblem(
  { part, sample }: StoredRecord["headers"],
  coins: number,
): string | undefined {
  if (part === undefined && sample === undefined) return undefined;
  if (!uuid.test(sample ?? "")) {
    return `header sample is ${shown(sample)}, expected a UUID`;
  }
  const place = placeOf(part);
  if (place !== undefined && place.to - place.from + 1 === coins) {
    return undefined;
  }
  return `header part is ${
    shown(part)
  }, expected FROM-TO/ALL of ${coins} coins`;
}

function headerProblem(
  { headers }: StoredRecord,
  value: JsonObject,
): string | undefined {
  const expected = {
    "content-type": "application/json",
    "ce_specversion": "1.0",
    "ce_type": recordType,
    "ce_time": `${value.api_call_timestamp}Z`,
  };
  for (const [name, text] of Object.entries(expected)) {
    if (headers[name] !== text) {
      return `header ${name} is ${shown(headers[name])}, expected ${text}`;
    }
  }
  for (const name of ["ce_id", "instance"]) {
    if (!uuid.test(headers[name] ?? "")) {
      return `header ${name} is ${shown(headers[name])}, expected a UUID`;
    }
  }
  if (!/^[1-9]\d*$/.test(headers.sequence ?? "")) {
    return `header sequence is ${shown(headers.sequence)}, expected 1 or more`;
  }
  const problem = partProblem(headers, Object.keys(value.data ?? {}).length);
  if (problem !== undefined) return problem;
  return headers.ce_source ? undefined : "header ce_source is missing";
}

function keyProblem(
  { key }: StoredRecord,
  value: JsonObject,
): string | undefined {
  const text = key === null ? "missing" : decoder.decode(key);
  return text === value.source_system
    ? undefined
    : `the key is ${text}, expected ${value.source_system}`;
}

/** The coins of a record; the error says how it breaks the contract. */
export function parseEnvelope(record: StoredRecord): Result<Coins> {
  let text: string;
  let value: unknown;
  try {
    text = decoder.decode(record.value ?? new Uint8Array());
    value = parseExact(text);
  } catch {
    return { ok: false, error: "the value is not JSON" };
  }
  if (!isPlainObject(value)) {
    return { ok: false, error: "the value is not a JSON object" };
  }
  const calledMs = Date.parse(`${value.api_call_timestamp}Z`);
  const error = valueProblem(value) ??
    (JSON.stringify(value) === text ? undefined : "the JSON is not compact") ??
    keyProblem(record, value) ??
    (record.timestampMs === calledMs
      ? undefined
      : "the record's timestamp is not the API call's") ??
    headerProblem(record, value);
  if (error !== undefined) return { ok: false, error };
  // Proven by `valueProblem()`.
  return { ok: true, value: value.data as Coins };
}
