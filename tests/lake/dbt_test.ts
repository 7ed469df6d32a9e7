import { assert, assertEquals, assertMatch } from "@std/assert";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { delay, systemClock } from "../../lib/clock.ts";
import { run } from "../../tasks/host/run_process.ts";
import { ensureDbt } from "../../tasks/lake/dbt.ts";
import { runDbt } from "../../tasks/lake/test_models.ts";
import { seeded } from "../fakes/random.ts";
import { task } from "../harness/clone.ts";
import { findPythonTool } from "../harness/python_tool.ts";
import { bronzeRows, modelRecords } from "./model_records.ts";
import { newPlace } from "./place.ts";

const dbt = await findPythonTool(ensureDbt);
const unitTests = [
  "bad_prices_are_rejected",
  "names_and_strings_are_read_as_json",
  "prices_keep_their_digits",
  "records_without_coins_are_rejected",
  "times_are_judged_by_the_ingestion",
  "the_first_record_of_a_key_wins",
  "other_values_of_a_key_are_revisions",
  "the_last_tick_of_a_minute_is_kept",
  "open_and_close_go_by_time",
  "days_are_those_of_utc",
  "a_rank_that_changes_begins_a_version",
  "a_fact_has_the_version_of_its_day",
];

Deno.test({
  name:
    "dbt's tests pass on a lake that is being written; dbt builds in it what the writer wrote",
  ignore: dbt === undefined,
  async fn() {
    await using place = await newPlace();
    const rows = bronzeRows(modelRecords(seeded(20_251_203), 1_500));
    // So that some records are near the limit of the future.
    const clock = {
      ...systemClock,
      now: () =>
        Temporal.Instant.fromEpochMilliseconds(rows[0]?.timestampMs ?? 0),
    };
    const dbtRun = (verb: "build" | "test") =>
      runDbt(place, {
        verb,
        dbt: dbt ?? "",
        workDir: `${place.dir}/dbt-${verb}`,
        run,
        // Half an hour beside UTC.
        options: { env: { TZ: "Asia/Kolkata" } },
      });
    const writer = await openWriter({ ...place, clock });
    try {
      await writer.commit({ rows: rows.slice(0, 700), gaps: [] });
      const testing = dbtRun("test");
      let isOver = false;
      testing.finally(() => isOver = true);
      for (let next = 700; next < rows.length || !isOver;) {
        const part = rows.slice(next, next + 40);
        if (part.length > 0) await writer.commit({ rows: part, gaps: [] });
        next += part.length;
        await delay(20);
      }
      const { code, stdout } = await testing;
      assertEquals(code, 0, stdout);
      for (const name of unitTests) {
        assertMatch(stdout, new RegExp(`PASS \\w+::${name} `));
      }
    } finally {
      await writer.close();
    }
    const built = await dbtRun("build");
    assertEquals(built.code, 0, built.stdout);
    const { tables } = await rebuild({
      ...place,
      now: clock.now(),
      onProgress() {},
      replace: () => Promise.resolve(false),
      signal: new AbortController().signal,
    });
    assertEquals(
      tables.map(({ removed, added }) => [removed, added]),
      [[0, 0], [0, 0], [0, 0]],
    );
    assert(tables.every((one) => one.rows > 50), JSON.stringify(tables));
  },
});

Deno.test({
  name: "lakehouse/sql/ is what dbt compiles of the models",
  ignore: dbt === undefined,
  async fn() {
    const { code, stdout, stderr } = await task("models", ["--check"]);
    assertEquals(code, 0, stdout + stderr);
  },
});
