import { assert, assertEquals, assertRejects } from "@std/assert";
import { sideReader } from "../../lakehouse/lake/side_queries.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { CommandError } from "../../lib/errors.ts";
import { newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 13;
const count = "SELECT count(*) FROM lake.bronze.crypto_ticks_raw";

Deno.test("questions beside the writer see whole commits, and outlive its connection", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  const batch = 40;
  let isOver = false;
  const seen: number[] = [];
  let failures = 0;
  const asking = (async () => {
    while (!isOver) {
      try {
        const [[rows] = []] = await writer.side.ask(count);
        seen.push(Number(rows));
      } catch {
        // A question that the end of the connection interrupts.
        failures++;
      }
    }
  })();
  for (let round = 0; round < 6; round++) {
    await writer.commit({ rows: rowsOf(seed, round * batch, batch), gaps: [] });
    // It closes the writer's connection, and opens it again.
    if (round % 2 === 1) await writer.maintain();
  }
  isOver = true;
  await asking;
  assert(seen.every((rows) => rows % batch === 0), seen.join(" "));
  assertEquals(seen, seen.toSorted((a, b) => a - b));
  assert(failures <= 3, `${failures} failures`);
  assertEquals(await writer.side.ask(count), [[String(6 * batch)]]);
  await writer.close();
  await assertRejects(() => writer.side.ask(count), Error, "is closed");
});

Deno.test("the writer goes on with another engine, while a question ends on the old one", async () => {
  await using place = await newPlace();
  const writer = await openWriter({ ...place, renewAfter: 3 });
  // Each engine has a folder of its own.
  const engine = async () =>
    (await writer.side.ask("SELECT current_setting('temp_directory')"))[0]?.[0];
  const seen = new Set<unknown>();
  let commits = 0;
  const commit = async () =>
    await writer.commit({ rows: rowsOf(seed, commits++, 1), gaps: [] });
  while (seen.size < 3) {
    assert(commits < 1_000, "the engine stays the same");
    await commit();
    seen.add(await engine());
  }
  assertEquals(await writer.side.ask(count), [[String(commits)]]);
  let isAnswered = false;
  const long = writer.side.ask(
    `SELECT sum(a.range * b.range), (${count})
     FROM range(20000) AS a, range(10000) AS b`,
  ).then((rows) => {
    isAnswered = true;
    return rows;
  });
  const before = commits;
  while (!isAnswered) await commit();
  const [[, found] = []] = await long;
  assert(Number(found) >= before && Number(found) <= commits);
  assertEquals(await writer.side.ask(count), [[String(commits)]]);
  await writer.close();
});

Deno.test("a reader's questions see what another connection writes; without a lake they fail, then not", async () => {
  await using place = await newPlace();
  const reader = sideReader(place);
  await assertRejects(
    () => reader.ask(count),
    CommandError,
    "there is no lake",
  );
  const writer = await openWriter(place);
  assertEquals(await reader.ask(count), [["0"]]);
  await writer.commit({ rows: rowsOf(seed, 0, 7), gaps: [] });
  assertEquals(await reader.ask(count), [["7"]]);
  await assertRejects(() =>
    reader.ask(
      "INSERT INTO lake.bronze.offset_gaps " +
        "SELECT * FROM lake.bronze.offset_gaps",
    )
  );
  const parameter = "'; DROP TABLE x; --";
  assertEquals(await reader.ask("SELECT $1", [parameter]), [[parameter]]);
  // What runs is ended; the next question opens it again.
  const long = reader.ask(
    "SELECT sum(a.range * b.range) " +
      "FROM range(1000000) AS a, range(1000000) AS b",
  );
  const ended = assertRejects(() => long);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await reader.close();
  await ended;
  assertEquals(await reader.ask(count), [["7"]]);
  await reader.close();
  await writer.close();
});
