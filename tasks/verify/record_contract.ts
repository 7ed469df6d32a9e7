/**
 * Judges a stored record against the contract, to the letter: schema, order,
 * types, times, key and headers.
 *
 * @module
 */

import type { StoredRecord } from "../../kafka/tail_reader.ts";
import { recordType } from "../../producer/envelope.ts";
import { coinFields } from "../../producer/sources/source.ts";
import {
  type ExactNumber,
  isExactNumber,
  parseExact,
  toNumber,
} from "../../producer/sources/exact_json.ts";

/** A record's value as far as the checks need it. */
export interface Envelope {
  /** The coins by id, each field a number, null or absent. */
  readonly data: Readonly<
    Record<string, Readonly<Record<string, ExactNumber | null>>>
  >;
  /** When the API was called, ms since 1970. */
  readonly calledMs: number;
  /** The source system. */
  readonly sourceSystem: string;
}

/** A good envelope, or what is wrong with it. */
export type EnvelopeVerdict =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly problem: string };

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

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  !isExactNumber(value);

function inOrder(given: readonly string[], all: readonly string[]): boolean {
  const places = given.map((name) => all.indexOf(name));
  return places.every((place, index) =>
    place >= 0 && place > (places[index - 1] ?? -1)
  );
}

function coinProblem(id: string, coin: unknown): string | undefined {
  if (!isObject(coin)) return `data.${id} is no object`;
  const names = Object.keys(coin);
  if (!inOrder(names, coinFields)) {
    return `data.${id} has the fields ${names.join(", ")}`;
  }
  const { usd } = coin;
  if (!isExactNumber(usd) || !(toNumber(usd) > 0)) {
    return `data.${id}.usd is ${JSON.stringify(usd)}, no positive number`;
  }
  const odd = names.find((name) =>
    coin[name] !== null && !isExactNumber(coin[name])
  );
  return odd === undefined ? undefined : `data.${id}.${odd} is no number`;
}

function timeProblem(value: Json, name: string): string | undefined {
  const text = value[name];
  const good = typeof text === "string" && time.test(text) &&
    !Number.isNaN(Date.parse(`${text}Z`));
  return good ? undefined : `${name} is ${JSON.stringify(text)}, expected ` +
    "UTC with microseconds and no zone";
}

function valueProblem(value: unknown): string | undefined {
  if (!isObject(value)) return "the value is no JSON object";
  const names = Object.keys(value).join(",");
  if (names !== fields.join(",")) return `the fields are ${names}`;
  if (value.status !== "success") return `status is ${shown(value.status)}`;
  if (!isExactNumber(value.http_status_code)) {
    return "http_status_code is no number";
  }
  if (typeof value.source_system !== "string") {
    return "source_system is no text";
  }
  if (!isObject(value.data) || Object.keys(value.data).length === 0) {
    return "data has no coins";
  }
  for (const [id, coin] of Object.entries(value.data)) {
    const problem = coinProblem(id, coin);
    if (problem !== undefined) return problem;
  }
  return timeProblem(value, "api_call_timestamp") ??
    timeProblem(value, "ingestion_timestamp");
}

const shown = (value: unknown) => JSON.stringify(value) ?? "absent";

function headerProblem(record: StoredRecord, value: Json): string | undefined {
  const { headers } = record;
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
    return `header sequence is ${shown(headers.sequence)}`;
  }
  return headers.ce_source ? undefined : "header ce_source is missing";
}

/** Judges one record. */
export function judgeEnvelope(record: StoredRecord): EnvelopeVerdict {
  const bad = (problem: string): EnvelopeVerdict => ({ ok: false, problem });
  let text: string;
  let value: unknown;
  try {
    text = decoder.decode(record.value ?? new Uint8Array());
    value = parseExact(text);
  } catch {
    return bad("the value is no JSON");
  }
  const problem = valueProblem(value);
  if (problem !== undefined) return bad(problem);
  const envelope = value as Json;
  if (JSON.stringify(envelope) !== text) return bad("the JSON is not compact");
  const key = record.key === null ? "absent" : decoder.decode(record.key);
  if (key !== envelope.source_system) {
    return bad(`the key is ${key}, expected ${envelope.source_system}`);
  }
  const calledMs = Date.parse(`${envelope.api_call_timestamp}Z`);
  if (record.timestampMs !== calledMs) {
    return bad("the record's time is not the call's");
  }
  const headers = headerProblem(record, envelope);
  if (headers !== undefined) return bad(headers);
  return {
    ok: true,
    envelope: {
      data: envelope.data as Envelope["data"],
      calledMs,
      sourceSystem: String(envelope.source_system),
    },
  };
}
