import { assert, assertEquals, assertMatch } from "@std/assert";
import { rebuild } from "../../lakehouse/lake/rebuild.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { delay, systemClock } from "../../lib/clock.ts";
import { projectDir } from "../../lib/project.ts";
import { run } from "../../tasks/host/run_process.ts";
import { dbtPackages, ensureDbt } from "../../tasks/lake/dbt.ts";
import { type DbtRun, runDbt } from "../../tasks/lake/test_models.ts";
import { seeded } from "../fakes/random.ts";
import { task } from "../harness/clone.ts";
import { findPythonTool } from "../harness/python_tool.ts";
import { dbtUnitTests } from "./dbt_unit_tests.ts";
import { bronzeRows, modelRecords } from "./model_records.ts";
import { newPlace } from "./place.ts";

const dbt = await findPythonTool(ensureDbt);

/** What `dbt docs generate` finds in the lake. */
interface DbtCatalog {
  readonly nodes: Readonly<
    Record<string, { readonly columns: Readonly<Record<string, unknown>> }>
  >;
}

interface DbtManifest {
  readonly exposures: Readonly<
    Record<string, {
      readonly name: string;
      readonly depends_on: { readonly nodes: readonly string[] };
    }>
  >;
}

/** The tables and models of each exposure. */
function exposed({ exposures }: DbtManifest): Record<string, string[]> {
  return Object.fromEntries(
    Object.values(exposures).map(({ name, depends_on }) => [
      name,
      depends_on.nodes.map((node) => node.split(".").at(-1) ?? "").sort(),
    ]),
  );
}

/** What the page's SQL names. */
function tablesOfThePage(): string[] {
  const texts = ["lakehouse/page/", "lakehouse/health/"]
    .map((folder) => new URL(folder, projectDir))
    .flatMap((folder) =>
      Array.from(Deno.readDirSync(folder))
        .filter(({ name }) => name.endsWith(".ts"))
        .map(({ name }) => Deno.readTextFileSync(new URL(name, folder)))
    );
  const found = texts.join("").matchAll(
    /\b(?:bronze|silver|gold)\.(crypto_\w+)/g,
  );
  return [...new Set(Array.from(found, ([, name = ""]) => name))].sort();
}

Deno.test("the README of the models installs what `deno task models` installs", () => {
  const readme = Deno.readTextFileSync(
    new URL("lakehouse/models/README.md", projectDir),
  );
  const missing = dbtPackages.filter((it) => !readme.includes(` ${it}`));
  assertEquals(missing, []);
});

Deno.test({
  name:
    "dbt's tests pass on a lake that is being written; dbt describes it, and builds in it what the writer wrote",
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
    const dbtRun = (verb: DbtRun["verb"]) =>
      runDbt(place, {
        verb,
        dbt: dbt ?? "",
        workDir: `${place.dir}/${verb}`,
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
      for (const name of dbtUnitTests) {
        assertMatch(stdout, new RegExp(`PASS \\w+::${name} `));
      }
    } finally {
      await writer.close();
    }
    const documented = await dbtRun("docs generate");
    assertEquals(documented.code, 0, documented.stdout);
    const catalog: DbtCatalog = JSON.parse(
      await Deno.readTextFile(`${place.dir}/docs generate/target/catalog.json`),
    );
    // With the types of the lake that was read.
    assertEquals(
      catalog.nodes["model.crypto_lake.crypto_latest"]?.columns["price_usd"],
      { type: "DECIMAL(38,18)", index: 2, name: "price_usd", comment: null },
    );
    const manifest: DbtManifest = JSON.parse(
      await Deno.readTextFile(
        `${place.dir}/docs generate/target/manifest.json`,
      ),
    );
    const { page } = exposed(manifest);
    assertEquals(page, tablesOfThePage());
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
