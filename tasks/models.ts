// `deno task models`: generates the lake's SQL from the dbt project.

import { CommandError, UsageError } from "../lib/errors.ts";
import { readText, replaceText } from "../lib/files.ts";
import { pathOf, projectDir } from "../lib/project.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { defaultCacheDir } from "./host/platform.ts";
import { run } from "./host/run_process.ts";
import { compileModels } from "./lake/compile_models.ts";
import { ensureDbt } from "./lake/dbt.ts";
import { locateLake } from "./lake/open_lake.ts";
import { runDbt } from "./lake/test_models.ts";

const sqlDir = new URL("lakehouse/sql/", projectDir);

/** The paths of the files that are there, from the folder. */
async function filesIn(folder: URL, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      const inside = new URL(`${name}/`, folder);
      found.push(...await filesIn(inside, `${prefix}${name}/`));
    } else found.push(prefix + name);
  }
  return found.sort();
}

async function withDbt<T>(
  work: (dbt: string, workDir: string) => Promise<T>,
): Promise<T> {
  const cacheDir = defaultCacheDir(Deno.build.os, Deno.env.get);
  const platform = Deno.build.os;
  const dbt = await ensureDbt({ cacheDir, platform, run, progress });
  const workDir = await Deno.makeTempDir({ prefix: "crypto-models-" });
  try {
    return await work(dbt, workDir);
  } finally {
    await Deno.remove(workDir, { recursive: true });
  }
}

/** Runs dbt's tests on the lake in `LAKE_DIR`, which they only read. */
async function test(): Promise<number> {
  const location = await locateLake();
  const { code } = await withDbt((dbt, workDir) =>
    runDbt(location, {
      verb: "test",
      dbt,
      workDir,
      run,
      options: { output: "inherit" },
    })
  );
  return code === 0 ? 0 : 1;
}

async function writeFiles(
  generated: ReadonlyMap<string, string>,
  isCheck: boolean,
): Promise<string[]> {
  const changed: string[] = [];
  await Deno.mkdir(sqlDir, { recursive: true });
  for (const [path, text] of generated) {
    const url = new URL(path, sqlDir);
    if (readText(url) === text) continue;
    changed.push(path);
    if (isCheck) continue;
    await Deno.mkdir(new URL("./", url), { recursive: true });
    replaceText(url, text);
  }
  for (const path of await filesIn(sqlDir)) {
    if (generated.has(path)) continue;
    changed.push(path);
    if (!isCheck) await Deno.remove(new URL(path, sqlDir));
  }
  return changed;
}

const command: Command = {
  name: "models",
  help: `Generates lakehouse/sql/ from the dbt project lakehouse/models/.

Usage: deno task models [--check|--test]

  --check  write nothing; exit code 1 when a file is out of date. Skipped where
           dbt cannot be installed, unless CI is set
  --test   run dbt's tests of the models on the lake in LAKE_DIR, also beside
           lake run: they only read it; exit code 1 when one fails

dbt is installed with pip into the user's cache on first use. Running the lake
needs neither dbt nor Python.`,
  flags: { boolean: ["check", "test"] },
  async run(flags) {
    if (flags.has("test")) {
      if (flags.has("check")) {
        throw new UsageError("--check and --test: expected one of them");
      }
      return await test();
    }
    const isCheck = flags.has("check");
    let generated: Map<string, string>;
    try {
      generated = await withDbt((dbt, workDir) =>
        compileModels(dbt, workDir, run)
      );
    } catch (error) {
      const isSkipped = isCheck && !Deno.env.get("CI") &&
        error instanceof CommandError &&
        error.message.startsWith("dbt cannot");
      if (!isSkipped) throw error;
      result(`skipped: ${error.message}`);
      return 0;
    }
    const changed = await writeFiles(generated, isCheck);
    for (const path of changed) {
      const file = pathOf(new URL(path, sqlDir))
        .slice(pathOf(projectDir).length);
      result(isCheck ? `out of date: ${file}` : `written: ${file}`);
    }
    if (changed.length === 0) result("lakehouse/sql/ is up to date.");
    return isCheck && changed.length > 0 ? 1 : 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
