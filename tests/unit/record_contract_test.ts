import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { record, stored } from "../fakes/samples.ts";
import { judgeEnvelope } from "../../tasks/verify/record_contract.ts";
import type { StoredRecord } from "../../kafka/tail_reader.ts";

Deno.test("`makeRecord()` writes the contract, byte for byte", () => {
  const made = record(1, { afterMs: 0 });
  assertEquals(
    made.value,
    '{"status":"success","data":{"bitcoin":{"usd":92937,' +
      '"usd_market_cap":1855524642938.09,"usd_24h_vol":91517389314.45,' +
      '"usd_24h_change":6.77,"last_updated_at":1764758514}},' +
      '"api_call_timestamp":"2025-12-03T10:42:30.109000",' +
      '"http_status_code":200,"source_system":"coingecko_v3",' +
      '"ingestion_timestamp":"2025-12-03T10:42:30.109780"}',
  );
  assertEquals(made.key, "coingecko_v3");
  assertEquals(made.timestampMs, 1764758550109);
  assertEquals(made.headers.ce_time, "2025-12-03T10:42:30.109000Z");
  assertEquals(made.headers.sequence, "1");
});

Deno.test("`judgeEnvelope()` accepts what the producer makes", () => {
  const verdict = judgeEnvelope(stored(1));
  assert(verdict.ok);
  assertEquals(verdict.envelope.sourceSystem, "coingecko_v3");
});

const text = new TextDecoder().decode(stored(1).value!);
const withValue = (value: string): StoredRecord => ({
  ...stored(1),
  value: new TextEncoder().encode(value),
});
const withHeader = (name: string, value: string): StoredRecord => ({
  ...stored(1),
  headers: { ...stored(1).headers, [name]: value },
});
const bad: [string, StoredRecord, string][] = [
  ["no JSON", withValue("{"), "no JSON"],
  ["another status", withValue(text.replace("success", "error")), "status"],
  ["blanks", withValue(text.replace(",", ", ")), "not compact"],
  [
    "a missing field",
    withValue(text.replace('"status":"success",', "")),
    "fields",
  ],
  [
    "no coins",
    withValue(text.replace(/"data":\{.*?\}\}/, '"data":{}')),
    "no coins",
  ],
  ["a quoted price", withValue(text.replace("92937", '"92937"')), "usd"],
  ["a price of zero", withValue(text.replace("92937", "0")), "usd"],
  [
    "a time with a zone",
    withValue(text.replaceAll("109000", "109000Z")),
    "api_call_timestamp",
  ],
  [
    "milliseconds only",
    withValue(text.replaceAll("109780", "109")),
    "ingestion_timestamp",
  ],
  [
    "another field in a coin",
    withValue(text.replace("usd_24h_vol", "eur")),
    "fields",
  ],
  [
    "a foreign key",
    { ...stored(1), key: new TextEncoder().encode("x") },
    "key",
  ],
  ["another record time", { ...stored(1), timestampMs: 5 }, "record's time"],
  ["a ce_id that is none", withHeader("ce_id", "1"), "ce_id"],
  ["a sequence of zero", withHeader("sequence", "0"), "sequence"],
  [
    "another content type",
    withHeader("content-type", "text/plain"),
    "content-type",
  ],
  ["a tombstone", { ...stored(1), value: null }, "no JSON"],
];

for (const [name, given, part] of bad) {
  Deno.test(`\`judgeEnvelope()\` refuses ${name}`, () => {
    const verdict = judgeEnvelope(given);
    assert(!verdict.ok);
    assertStringIncludes(verdict.problem, part);
  });
}
