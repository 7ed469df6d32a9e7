import { assertEquals } from "@std/assert";
import { record } from "../fakes/samples.ts";

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
