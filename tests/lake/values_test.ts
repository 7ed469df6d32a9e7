import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { chunkRows } from "../../lakehouse/lake/appended_rows.ts";
import { integers } from "../../lakehouse/lake/columns.ts";
import { Database } from "../../lakehouse/lake/duckdb.ts";
import { openReader } from "../../lakehouse/lake/reader.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { CommandError } from "../../lib/errors.ts";
import { ask, newPlace } from "./place.ts";

const columns = [
  "n::DECIMAL(38, 0)",
  "n::DECIMAL(38, 8)",
  "(n % 100000000000000000)::DECIMAL(38, 18)",
  "(n % 100)::DECIMAL(4, 2)",
  "n::HUGEINT",
  "n % 2 = 0",
  "'coin ' || n % 5",
  "DATE '2025-01-01' + i::INTEGER",
  "CASE WHEN i % 3 = 0 THEN NULL ELSE (i - 10) / 7 END::DOUBLE",
];

/** Negative ones, NULLs, and neighbours that are equal. */
const numbers = `SELECT i, CASE WHEN i % 7 = 0 THEN NULL
    ELSE (hash(i)::HUGEINT * (hash(i // 2) % 1000000000)::HUGEINT)
      % (10::HUGEINT ** (i % 28 + 1))::HUGEINT * (i % 2 * 2 - 1) END AS n
  FROM range(5000) AS r(i)`;

/** The same as text: ISO 8601 in UTC. */
const times = [
  ["TIMESTAMP '2025-03-30 02:30:00'", "2025-03-30T02:30:00Z"],
  ["TIMESTAMP '2025-03-30 02:30:00.000120'", "2025-03-30T02:30:00.00012Z"],
  ["TIMESTAMPTZ '2025-03-30 02:30:00+05:30'", "2025-03-29T21:00:00Z"],
  ["TIMESTAMP '1969-12-31 23:59:59.5'", "1969-12-31T23:59:59.5Z"],
  ["TIMESTAMP '9999-12-31 23:59:59'", "9999-12-31T23:59:59Z"],
  ["TIMESTAMP '0044-03-15 (BC) 12:00:00'", "-000043-03-15T12:00:00Z"],
  ["TIMESTAMP 'infinity'", "infinity"],
  ["NULL::TIMESTAMP", null],
] as const;

Deno.test("a query's values are the text that the engine makes of them, over several chunks", async () => {
  await using place = await newPlace();
  await (await openWriter(place)).close();
  const texts = columns.map((column) => `(${column})::VARCHAR`);
  const rows = await ask(
    place,
    `SELECT ${[...columns, ...texts].join(", ")}
     FROM (${numbers}) ORDER BY i`,
  );
  assert(rows.length > 2 * chunkRows);
  assertEquals(
    rows.map((row) => row.slice(0, columns.length)),
    rows.map((row) => row.slice(columns.length)),
  );
});

Deno.test("a query's times are ISO 8601 in UTC, also before 1970 and without an end", async () => {
  await using place = await newPlace();
  await (await openWriter(place)).close();
  const select = `SELECT ${times.map(([sql]) => sql).join(", ")}`;
  assertEquals(
    await ask(place, `${select} UNION ALL ${select}`),
    [times.map(([, text]) => text), times.map(([, text]) => text)],
  );
});

Deno.test("a result in parts is the same rows, a few thousand at a time; what fails late says why", async () => {
  await using place = await newPlace();
  await (await openWriter(place)).close();
  const reader = await openReader(place);
  try {
    const rows = "SELECT range AS n FROM range(10000)";
    const parts = await Array.fromAsync(reader.parts(rows));
    assert(parts.length > 2 && parts.every((it) => it.rows.length > 0));
    assertEquals(
      parts.flatMap((part) => part.rows),
      (await reader.query(rows)).rows,
    );
    const none = await Array.fromAsync(reader.parts(`${rows} WHERE n < 0`));
    assertEquals(none.map((part) => [part.columns.length, part.rows]), [[
      1,
      [],
    ]]);
    const late = `SELECT CASE WHEN range = 9000 THEN error('late') END
      FROM range(10000)`;
    const { message } = await assertRejects(
      () => Array.fromAsync(reader.parts(late)),
      CommandError,
    );
    assertStringIncludes(message, "late");
    await assertRejects(
      () => Array.fromAsync(reader.parts("DROP TABLE silver.crypto_ticks")),
      CommandError,
    );
    assertEquals((await reader.query("SELECT 1")).rows, [["1"]]);
  } finally {
    await reader.close();
  }
});

Deno.test("texts that rows share come back as they were, over several chunks", async () => {
  const database = await Database.open({});
  try {
    await database.run("CREATE TEMP TABLE texts (n INTEGER, a VARCHAR)");
    const kinds = [
      "",
      "bitcoin",
      "twelve bytes",
      "thirteen more",
      "ü\u{1f600}",
      "as long as a text that rows may share can be, 64 UTF-16 units...",
      "longer than the longest one that rows may share: it is written again",
      null,
      new TextEncoder().encode("bytes"),
    ];
    const all = Array.from({ length: 2 * chunkRows + 10 }, (_, row) =>
      // Each 5th one by itself: more than are remembered.
      row % 5 === 0 ? `of row ${row}` : kinds[row % kinds.length] ?? null);
    await database.append("texts", [
      integers(all.map((_, row) => row)),
      { type: "VARCHAR", values: all },
    ]);
    const { rows } = await database.query("SELECT a FROM texts ORDER BY n");
    assertEquals(
      rows.map(([text]) => text),
      all.map((text) => text instanceof Uint8Array ? "bytes" : text),
    );
  } finally {
    database.close();
  }
});

Deno.test("rows that could not be appended leave nothing to the next ones", async () => {
  const database = await Database.open({});
  try {
    await database.run("CREATE TEMP TABLE narrow (a VARCHAR)");
    await database.run("CREATE TEMP TABLE wide (a VARCHAR, b INTEGER)");
    const rows = (a: string | null, b: number | null) =>
      [{ type: "VARCHAR", values: [a] }, integers([b])] as const;
    await assertRejects(() => database.append("narrow", rows(null, null)));
    await database.append("wide", rows("x", 1));
    await database.append("wide", rows(null, 2));
    await database.append("wide", rows("y", null));
    assertEquals((await database.query("FROM wide")).rows, [
      ["x", "1"],
      [null, "2"],
      ["y", null],
    ]);
  } finally {
    database.close();
  }
});
