import { assert, assertEquals } from "@std/assert";
import { withQuotedNumbers } from "../../lakehouse/lake/quoted_numbers.ts";
import { seeded } from "../fakes/random.ts";
import { incrementalLake, model } from "./model_lake.ts";
import type { Bronze } from "./model_oracle.ts";
import { bronzeRows, modelRecords } from "./model_records.ts";

const pieces = [
  ...'{}[],:"\\ \t\n0179.-+eEaN\ufeff\ufffd\u{1f600}',
  '"a":',
  '"usd":1.5',
  '"usd" : -0.5e+9',
  '"usd":01',
  '"usd":1.',
  '"usd":1.2.3',
  '"usd":-',
  '"usd":5"x"',
  "NaN",
  "-inf",
  "null",
  '\\"b":7',
  "\\u0000",
];

/** Texts that a few changes keep from being JSON, or leave as JSON. */
function changed(random: () => number, text: string): string {
  const below = (limit: number) => Math.floor(random() * limit);
  for (let left = below(4); left > 0; left--) {
    const at = below(text.length + 1);
    text = text.slice(0, at) + (pieces[below(pieces.length)] ?? "") +
      text.slice(at + below(3));
  }
  // Half of a character is not in the text of any record.
  return text.toWellFormed();
}

Deno.test("the models read the same from a text whose numbers are strings already", async () => {
  const random = seeded(20_251_204);
  const records = modelRecords(random, 6_000).map((row): Bronze => ({
    ...row,
    payload: row.payload && changed(random, row.payload),
  }));
  const { database } = await incrementalLake();
  try {
    const rows = bronzeRows(records);
    const all = <T>(value: T) => rows.map(() => value);
    const quoted = rows.map(({ payload }) =>
      payload === null ? null : withQuotedNumbers(payload)
    );
    assert(quoted.some((text) => text === null), "some are left to the models");
    await database.append("batch", [
      { type: "VARCHAR", values: rows.map(({ payload }) => payload) },
      { type: "TIMESTAMP", values: all(1_764_758_600_000_000n) },
      { type: "BIGINT", values: rows.map(({ offset }) => offset) },
      { type: "INTEGER", values: all(0) },
      { type: "VARCHAR", values: all("t") },
      { type: "TIMESTAMP", values: all(null) },
      { type: "VARCHAR", values: all(null) },
      { type: "VARCHAR", values: all("{}") },
      { type: "INTEGER", values: all(0) },
      { type: "VARCHAR", values: all("utf-8") },
      { type: "VARCHAR", values: quoted },
    ]);
    const candidates = model("incremental/candidates");
    await database.run(`CREATE TEMP TABLE first AS ${candidates}`);
    await database.run("UPDATE batch SET quoted_payload = NULL");
    await database.run(`CREATE TEMP TABLE second AS ${candidates}`);
    assertEquals(await database.all("FROM first EXCEPT ALL FROM second"), []);
    assertEquals(await database.all("FROM second EXCEPT ALL FROM first"), []);
    const [[good, bad] = []] = await database.all(
      `SELECT count(*) FILTER (reason IS NULL)::INTEGER,
         count(*) FILTER (reason = 'not_json')::INTEGER FROM first`,
    );
    assert(Number(good) > 3_000, `${good} good candidates`);
    assert(Number(bad) > 1_000, `${bad} texts that are not JSON`);
  } finally {
    database.close();
  }
});
