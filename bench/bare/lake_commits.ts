// The lake's writer alone, without Kafka: single records of ten coins, one
// commit after the other, and what memory the process has meanwhile.

import { toBronzeRow } from "../../lakehouse/ingest/to_bronze_row.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { lakeExtensions } from "../../tasks/lake/lake_extensions.ts";
import { recordOf } from "../records.ts";
import { print } from "./client.ts";

const [lakeDir = "", count, every] = Deno.args;
const extensionDir = await lakeExtensions();
const encoder = new TextEncoder();
function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

const writer = await openWriter({ lakeDir, extensionDir });
for (let done = 1; done <= Number(count); done++) {
  const { key, value, headers, timestampMs } = recordOf("commits", done);
  const row = toBronzeRow({
    offset: BigInt(done),
    timestampMs,
    key: bytes(key),
    value: bytes(value),
    headers: Object.entries(headers).map(([name, it]) => [name, bytes(it)]),
  }, { topic: "commits", epoch: 0, partition: 0 });
  const { durationMs } = await writer.commit({ rows: [row], gaps: [] });
  if (done % Number(every) === 0) {
    print({ done, durationMs, residentMb: Deno.memoryUsage().rss / 1e6 });
  }
}
await writer.close();
print({ message: "done" });
