import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stored } from "../fakes/samples.ts";
import { parseEnvelope } from "../../tasks/verify/record_contract.ts";
import type { StoredRecord } from "../../kafka/tail_reader.ts";

Deno.test("`parseEnvelope()` accepts what the producer makes", () => {
  const envelope = parseEnvelope(stored(1));
  assert(envelope.ok);
  assertEquals(Object.keys(envelope.value), ["bitcoin"]);
});

const text = new TextDecoder().decode(stored(1).value!);
function withValue(value: string): StoredRecord {
  return { ...stored(1), value: new TextEncoder().encode(value) };
}
function withHeader(name: string, value: string): StoredRecord {
  const record = stored(1);
  return { ...record, headers: { ...record.headers, [name]: value } };
}
/** Replaces a part of the value. */
function changed(part: string | RegExp, by: string): StoredRecord {
  return withValue(text.replace(part, by));
}

const bad: [string, StoredRecord, string][] = [
  ["a value that is not JSON", withValue("{"), "not JSON"],
  ["a number", withValue("1"), "not a JSON object"],
  ["another status", changed("success", "error"), "status"],
  ["blanks", changed(",", ", "), "not compact"],
  ["a missing field", changed('"status":"success",', ""), "fields"],
  ["no coins", changed(/"data":\{.*?\}\}/, '"data":{}'), "no coins"],
  ["a quoted price", changed("92937", '"92937"'), "usd"],
  ["a price of zero", changed("92937", "0"), "usd"],
  ["a time with a zone", changed(/109000/g, "109000Z"), "api_call_timestamp"],
  ["milliseconds only", changed(/109780/g, "109"), "ingestion_timestamp"],
  ["another field in a coin", changed("usd_24h_vol", "eur"), "fields"],
  ["a foreign key", { ...stored(1), key: Uint8Array.of(120) }, "key"],
  ["another timestamp", { ...stored(1), timestampMs: 5 }, "timestamp"],
  ["a ce_id that is not a UUID", withHeader("ce_id", "1"), "ce_id"],
  ["a sequence of zero", withHeader("sequence", "0"), "sequence"],
  ["plain text", withHeader("content-type", "text/plain"), "content-type"],
  ["a tombstone", { ...stored(1), value: null }, "not JSON"],
];

for (const [name, given, part] of bad) {
  Deno.test(`\`parseEnvelope()\` refuses ${name}`, () => {
    const envelope = parseEnvelope(given);
    assert(!envelope.ok);
    assertStringIncludes(envelope.error, part);
  });
}
