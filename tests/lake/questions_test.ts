import { assert, assertEquals } from "@std/assert";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { delay, systemClock } from "../../lib/clock.ts";
import { projectDir } from "../../lib/project.ts";
import { deno } from "../harness/clone.ts";
import { bronzeRows } from "./model_records.ts";
import { ask, newPlace, type Place } from "./place.ts";
import expected from "../fixtures/data_modelling.json" with { type: "json" };

const page = Deno.readTextFileSync(
  new URL("docs/data-modelling.md", projectDir),
);

/** The page's queries, by the heading that each stands under. */
const questions = new Map(
  page.split(/^### /m).flatMap((section) => {
    const heading = section.split("\n", 1)[0] ?? "";
    const sql = section.match(/^```sql\n([\s\S]*?)^```$/m)?.[1];
    return sql === undefined ? [] : [[heading, sql] as const];
  }),
);

/** Writes some of the fixture's records, each when it was ingested. */
async function write(place: Place, from: number, to?: number): Promise<void> {
  let at = Temporal.Instant.fromEpochMilliseconds(0);
  const writer = await openWriter({
    ...place,
    clock: { ...systemClock, now: () => at },
  });
  const records = expected.records.slice(from, to);
  for (const [place, { ingested, value }] of records.entries()) {
    at = Temporal.Instant.from(`${ingested}Z`);
    const rows = bronzeRows([{
      offset: from + place,
      payload: JSON.stringify(value),
      encoding: "utf-8",
      seconds: at.epochMilliseconds / 1_000,
    }]);
    await writer.commit({ rows, gaps: [] });
  }
  await writer.close();
}

Deno.test("the questions of docs/data-modelling.md have the answers of the fixture", async () => {
  assertEquals([...questions.keys()], Object.keys(expected.answers));
  assert(questions.size >= 15);
  await using place = await newPlace();
  await write(place, 0);
  const reader = await openReader(place);
  try {
    const answers: Readonly<Record<string, unknown>> = expected.answers;
    for (const [heading, sql] of questions) {
      const { rows } = await reader.query(sql);
      assertEquals(rows, answers[heading], heading);
    }
  } finally {
    await reader.close();
  }
});

Deno.test("the question about yesterday, as the page types it, has yesterday's answer", async () => {
  const [, sql = "", at = ""] =
    /^```sh\ndeno task lake sql "(.+)" (--at=)\S+\n```$/m.exec(page) ?? [];
  assert(sql !== "", "the page has the command");
  await using place = await newPlace();
  await write(place, 0, 4);
  const before = await ask(place, sql);
  await delay(50);
  const moment = Temporal.Now.instant().round("millisecond").toString();
  await delay(50);
  await write(place, 4);
  assert(JSON.stringify(await ask(place, sql)) !== JSON.stringify(before));
  const { code, stdout, stderr } = await deno(
    [
      ...["run", "-q", "-P=lake", "tasks/lake.ts", "sql", sql],
      ...[`${at}${moment}`, "--json"],
    ],
    { LAKE_DIR: place.lakeDir },
  );
  assertEquals(code, 0, stderr);
  const rows = stdout.split("\n").filter(Boolean).map((line) =>
    Object.values<unknown>(JSON.parse(line))
      .map((value) => value === null ? null : String(value))
  );
  assertEquals(rows.sort(), before.sort());
});

/** What the tutorial's tables have; the page names where they differ. */
const promised = {
  "bronze.crypto_ticks_raw": [
    "raw_payload",
    "ingestion_timestamp",
    "kafka_offset",
    "kafka_partition",
  ],
  "silver.crypto_prices_clean": [
    "crypto_symbol",
    "price_usd",
    "volume_24h",
    "percent_change_24h",
    "api_timestamp",
    "processing_timestamp",
  ],
};

Deno.test("the tutorial's tables have its columns, in its order", async () => {
  await using place = await newPlace();
  await (await openWriter(place)).close();
  for (const [table, columns] of Object.entries(promised)) {
    const found = await ask(place, `DESCRIBE ${table}`);
    assertEquals(
      found.map(([name]) => name).slice(0, columns.length),
      columns,
      table,
    );
  }
});
