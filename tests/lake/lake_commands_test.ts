// `lake export` and `lake sql`, as processes, on a lake without a broker.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { attach } from "../../lakehouse/lake/attach.ts";
import { exportTables } from "../../lakehouse/lake/export.ts";
import { Database } from "../../lakehouse/lake/duckdb.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { delay } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { deno } from "../harness/clone.ts";
import { ask, newPlace } from "./place.ts";
import { rowsOf } from "./records.ts";

const seed = 5;

Deno.test("export writes what the lake holds, at a snapshot too, and into an empty folder alone", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  const first = await writer.commit({ rows: rowsOf(seed, 0, 40), gaps: [] });
  await writer.commit({ rows: rowsOf(seed, 40, 160), gaps: [] });
  await writer.close();
  const { signal } = new AbortController();
  const options = { ...place, signal, onProgress() {} };
  const outputDir = `${place.dir}/now`;
  const tables = await exportTables({ ...options, outputDir });
  const names = [...Deno.readDirSync(outputDir)].map(({ name }) => name);
  assertEquals(
    names.sort(),
    tables.map(({ table }) => `${table}.parquet`).sort(),
  );
  const then = `${place.dir}/then`;
  await exportTables({
    ...options,
    outputDir: then,
    at: { version: first.snapshot },
  });
  const database = await Database.open({
    extension_directory: place.extensionDir,
  });
  try {
    for (const { table, rows } of tables) {
      const sql = (from: string) => `SELECT * FROM ${from} ORDER BY ALL`;
      const file = `read_parquet('${outputDir}/${table}.parquet')`;
      const read = await database.query(sql(file));
      assertEquals(read.rows.length, rows, table);
      assertEquals(read.rows, await ask(place, sql(table)), table);
    }
    const [[count] = []] = await database.all(
      `SELECT count(*) FROM '${then}/bronze.crypto_ticks_raw.parquet'`,
    );
    assertEquals(Number(count), 40);
  } finally {
    database.close();
  }
  const { message } = await assertRejects(
    () => exportTables({ ...options, outputDir }),
    CommandError,
  );
  assertStringIncludes(message, "is not empty");
});

Deno.test("the commands of the lake: tables, JSON and CSV out, exit codes, nothing written", async () => {
  await using place = await newPlace();
  const lake = (args: readonly string[], dir = place.lakeDir) =>
    deno(["run", "-q", "-P=lake", "tasks/lake.ts", ...args], {
      LAKE_DIR: dir,
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9",
    });
  const none = `${place.dir}/none`;
  for (
    const args of [
      ["sql", "SELECT 1"],
      ["export", `${place.dir}/out`],
      [
        "rebuild",
      ],
      ["maintain"],
      ["history"],
    ]
  ) {
    const { code, stderr } = await lake(args, none);
    assertEquals([args[0], code], [args[0], 1]);
    assertStringIncludes(stderr, `there is no lake in "${none}"`);
  }
  // No command made a lake, or a folder for its output.
  assertEquals([...Deno.readDirSync(place.dir)], []);

  const writer = await openWriter(place);
  const { snapshot } = await writer.commit({
    rows: rowsOf(seed, 0, 20),
    gaps: [],
  });
  await writer.close();
  const count = "SELECT count(*) AS n FROM bronze.crypto_ticks_raw";
  const kept = "Next: the snapshots that are kept: deno task lake history";
  for (
    const [args, code, out, err] of [
      [["sql", count, "--json"], 0, "20", ""],
      [["sql", count, "--csv", `--at=${snapshot}`], 0, "n\r\n20", ""],
      [["sql", count, "--at=999999"], 1, "", kept],
      [["sql", count, "--at=1999-01-01"], 1, "", kept],
      [["sql", count, "--at=0"], 1, "", "there are: none at --at"],
      [["sql", count, "--at=-1"], 2, "", '--at is "-1"'],
      [["sql", count, "--at="], 2, "", "--at needs a value"],
      [["sql", "DELETE FROM silver.crypto_ticks"], 1, "", "Next: "],
      [["sql", "SELEC 1"], 1, "", "Next: "],
      [["sql", "FROM read_csv('/etc/passwd')"], 1, "", "Next: "],
      [["sql", count, "--engine="], 2, "", "--engine needs a value"],
      [["sql", count, "--engineer=x"], 2, "", "unknown flag --engineer"],
      [["history", "--limit=0"], 2, "", "--limit"],
      [["history", "gold.crypto_latest"], 0, "20", ""],
      [["history", "x.y"], 2, "", 'unknown table "x.y"'],
      [["maintain", "--keep=-1"], 2, "", "--keep"],
      [["run", "--from=later"], 2, "", "Try: deno task lake run --help"],
      [["constructor"], 2, "", "unknown sub-command"],
      [["verify"], 1, "lake lag", ""],
      [["verify", "--at=999999"], 1, "", kept],
      [["verify", "--at=x"], 2, "", '--at is "x"'],
      [["status", "--at=999999"], 1, "", kept],
      [["status", "--at=x"], 2, "", '--at is "x"'],
    ] as const
  ) {
    const ended = await lake(args);
    const shown = JSON.stringify([args, ended]);
    assertEquals(ended.code, code, shown);
    assertStringIncludes(
      ended.stdout.replaceAll("\n", "\r\n").replaceAll("\r\r", "\r"),
      out,
      shown,
    );
    assertStringIncludes(ended.stderr, err, shown);
    assertEquals(/\n\s+at /.test(ended.stderr), false, shown);
  }
  assertEquals(await ask(place, count), [["20"]]);
});

Deno.test("`status` and `verify` tell of a moment of the past, and say what they leave out", async () => {
  await using place = await newPlace();
  const writer = await openWriter(place);
  const first = await writer.commit({ rows: rowsOf(seed, 0, 40), gaps: [] });
  const between = Temporal.Now.instant();
  await delay(2);
  await writer.commit({ rows: rowsOf(seed, 40, 160), gaps: [] });
  await writer.close();
  const damaged = await attach({
    ...place,
    isWriter: true,
    tempName: "damage",
  });
  await damaged.run("DELETE FROM lake.silver.crypto_ticks");
  damaged.close();
  const lake = (...args: readonly string[]) =>
    deno(["run", "-q", "-P=lake", "tasks/lake.ts", ...args], {
      LAKE_DIR: place.lakeDir,
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9",
      KAFKA_TOPIC: "made.up",
    });
  for (const at of [`--at=${first.snapshot}`, `--at=${between}`]) {
    const status = await lake("status", at);
    assertEquals([status.code, status.stderr], [0, ""], at);
    assertMatch(
      status.stdout,
      new RegExp(
        `^as of   snapshot ${first.snapshot}, \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z$`,
        "m",
      ),
    );
    assertMatch(status.stdout, /^ {2}bronze\.crypto_ticks_raw +40 rows$/m);
    assertMatch(status.stdout, /^lag {5}left out/m);
    const shown = JSON.parse((await lake("status", at, "--json")).stdout);
    assertEquals(
      [shown.snapshot, shown.next_offsets, "lag" in shown, "run" in shown],
      [first.snapshot, { 0: "40" }, false, false],
    );

    const verify = await lake("verify", at, "--all", "--json");
    assertEquals(verify.code, 0, verify.stdout);
    const { checks } = JSON.parse(verify.stdout) as {
      checks: { name: string; verdict: string; detail: string }[];
    };
    const skipped = checks.filter(({ verdict }) => verdict === "skip");
    assertEquals(
      skipped.map(({ name }) => name),
      ["lake lag", "lake freshness"],
    );
    assert(
      checks.some(({ detail }) =>
        detail === "silver is what the models make of all 40 records again"
      ),
      verify.stdout,
    );
  }
  const now = await lake("verify", "--all");
  assertEquals(now.code, 1);
  assertMatch(now.stdout, /^FAIL {2}lake models/m);
});
