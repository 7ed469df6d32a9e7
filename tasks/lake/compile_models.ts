// Compiles the dbt project to the SQL that the lake runs.

import { CommandError } from "../../lib/errors.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import type { Run } from "../host/run_process.ts";

const models = pathOf(new URL("lakehouse/models/", projectDir));

/** A model's path in dbt's output -> a file's path in the engine's folder. */
type Files = Readonly<Record<string, string>>;

/** What one run of dbt gives: files by their model, and where they go. */
interface Compilation {
  /** dbt's target in `profiles.yml`. */
  readonly target: string;
  /** The engine's folder in `lakehouse/sql/`. */
  readonly engine: string;
  readonly reads: "incremental" | "full" | "parts" | "new_parts";
  readonly files: Files;
}

const silver: Files = {
  "silver/crypto_candidates": "incremental/candidates",
  "silver/crypto_ticks": "incremental/crypto_ticks",
  "silver/crypto_revisions": "incremental/crypto_revisions",
  "silver/crypto_rejects": "incremental/crypto_rejects",
};

/** Of rows that the writer of the embedded engine has read itself. */
const readInV8: Files = {
  "silver/crypto_read_candidates": "incremental/read_candidates",
};

/** Gold's tables on Spark; the views of the embedded engine need none. */
const goldIncrements: Files = Object.fromEntries(
  [
    "silver/crypto_prices_clean",
    "gold/crypto_latest",
    "gold/crypto_hourly_ohlc",
    "gold/crypto_daily_ohlc",
    "gold/fact_crypto_hourly",
  ].map((model) => [model, `incremental/${model}`]),
);

const full: Files = {
  "silver/crypto_candidates": "full/candidates",
  "silver/crypto_prices_clean": "silver/crypto_prices_clean",
  "gold/crypto_latest": "gold/crypto_latest",
  "gold/crypto_hourly_ohlc": "gold/crypto_hourly_ohlc",
  "gold/crypto_daily_ohlc": "gold/crypto_daily_ohlc",
  "gold/dim_crypto": "gold/dim_crypto",
  "gold/dim_time": "gold/dim_time",
  "gold/fact_crypto_hourly": "gold/fact_crypto_hourly",
};

/** Views over stored parts of candles; Spark's tables need none. */
const parts: Files = {
  "gold/crypto_hourly_ohlc": "parts/crypto_hourly_ohlc",
  "gold/crypto_daily_ohlc": "parts/crypto_daily_ohlc",
};

const newParts: Files = { "gold/crypto_hourly_ohlc": "parts/new_parts" };

const embedded = { target: "compile", engine: "embedded" };
const spark = { target: "spark", engine: "spark" };

const compilations: readonly Compilation[] = [
  { ...embedded, reads: "incremental", files: { ...silver, ...readInV8 } },
  { ...embedded, reads: "full", files: full },
  { ...embedded, reads: "parts", files: parts },
  { ...embedded, reads: "new_parts", files: newParts },
  {
    ...spark,
    reads: "incremental",
    files: { ...silver, ...goldIncrements },
  },
  { ...spark, reads: "full", files: full },
];

/**
 * Compiled SQL as it is kept: without the blank lines that Jinja leaves, with a
 * header.
 *
 * @param model the model's path in `lakehouse/models/`, without extension.
 */
export function generatedSql(model: string, compiled: string): string {
  const lines = compiled.trim().split("\n").map((line) => line.trimEnd());
  const kept = lines.filter((line, index) =>
    line !== "" || lines[index - 1] !== ""
  );
  return [
    `-- Generated from lakehouse/models/${model}.sql by \`deno task models\`.`,
    "-- Do not edit.",
    ...kept,
    "",
  ].join("\n");
}

/**
 * Runs dbt once for each engine and form of the models.
 *
 * @param dbt the path of the program.
 * @param workDir an empty folder for what dbt writes.
 * @returns the text of each file in `lakehouse/sql/`, by its path.
 * @throws {CommandError} when dbt fails: what it said.
 */
export async function compileModels(
  dbt: string,
  workDir: string,
  run: Run,
): Promise<Map<string, string>> {
  const generated = new Map<string, string>();
  // dbt refuses the target without a module of this name, 320 MB when installed,
  // and does not use it to compile.
  const modules = `${workDir}/modules`;
  await Deno.mkdir(modules);
  await Deno.writeTextFile(`${modules}/pyspark.py`, "");
  for (const [index, one] of compilations.entries()) {
    const targetDir = `${workDir}/${index}`;
    const { code, stdout, stderr } = await run(dbt, [
      "compile",
      "--quiet",
      "--no-populate-cache",
      "--project-dir",
      models,
      "--profiles-dir",
      models,
      "--target",
      one.target,
      "--vars",
      JSON.stringify({ reads: one.reads }),
    ], {
      env: {
        DBT_TARGET_PATH: targetDir,
        DBT_LOG_PATH: targetDir,
        ...one.engine === "spark" ? { PYTHONPATH: modules } : {},
      },
    });
    if (code !== 0) {
      throw new CommandError(
        `dbt compile failed with exit code ${code}: ${
          (stdout + stderr).trim()
        }`,
        "correct the model in lakehouse/models/",
      );
    }
    for (const [model, file] of Object.entries(one.files)) {
      const compiled = await Deno.readTextFile(
        `${targetDir}/compiled/crypto_lake/${model}.sql`,
      );
      generated.set(`${one.engine}/${file}.sql`, generatedSql(model, compiled));
    }
  }
  return generated;
}
