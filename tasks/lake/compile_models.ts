// Compiles the dbt project to the SQL that the lake runs.

import { CommandError } from "../../lib/errors.ts";
import { pathOf, projectDir } from "../../lib/project.ts";
import type { Run } from "../host/run_process.ts";

const models = pathOf(new URL("lakehouse/models/", projectDir));

/** What one run of dbt gives: files by their model, and where they go. */
interface Compilation {
  readonly vars: Readonly<Record<string, string>>;
  /** A model's path in dbt's output -> a file's path in `sql/embedded/`. */
  readonly files: Readonly<Record<string, string>>;
}

const compilations: readonly Compilation[] = [
  {
    vars: { reads: "incremental" },
    files: {
      "silver/crypto_candidates": "incremental/candidates",
      "silver/crypto_ticks": "incremental/crypto_ticks",
      "silver/crypto_revisions": "incremental/crypto_revisions",
      "silver/crypto_rejects": "incremental/crypto_rejects",
    },
  },
  {
    vars: { reads: "full" },
    files: {
      "silver/crypto_candidates": "full/candidates",
      "silver/crypto_prices_clean": "silver/crypto_prices_clean",
      "gold/crypto_latest": "gold/crypto_latest",
      "gold/crypto_hourly_ohlc": "gold/crypto_hourly_ohlc",
      "gold/crypto_daily_ohlc": "gold/crypto_daily_ohlc",
      "gold/dim_crypto": "gold/dim_crypto",
      "gold/dim_time": "gold/dim_time",
      "gold/fact_crypto_hourly": "gold/fact_crypto_hourly",
    },
  },
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
 * Runs dbt once for each form of the models.
 *
 * @param dbt the path of the program.
 * @param workDir an empty folder for what dbt writes.
 * @returns the text of each file in `lakehouse/sql/embedded/`, by its path.
 * @throws {CommandError} when dbt fails: what it said.
 */
export async function compileModels(
  dbt: string,
  workDir: string,
  run: Run,
): Promise<Map<string, string>> {
  const generated = new Map<string, string>();
  for (const [index, { vars, files }] of compilations.entries()) {
    const target = `${workDir}/${index}`;
    const { code, stdout, stderr } = await run(dbt, [
      "compile",
      "--quiet",
      "--no-populate-cache",
      "--project-dir",
      models,
      "--profiles-dir",
      models,
      "--target",
      "compile",
      "--vars",
      JSON.stringify(vars),
    ], {
      env: {
        DBT_TARGET_PATH: target,
        DBT_LOG_PATH: target,
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
    for (const [model, file] of Object.entries(files)) {
      const compiled = await Deno.readTextFile(
        `${target}/compiled/crypto_lake/${model}.sql`,
      );
      generated.set(`${file}.sql`, generatedSql(model, compiled));
    }
  }
  return generated;
}
