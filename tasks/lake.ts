// `deno task lake`: the topic in bronze, silver and gold.

import { UsageError } from "../lib/errors.ts";
import { exitOf } from "../lib/exit.ts";
import { progress, result } from "./cli/print.ts";
import { type Command, runCommand } from "./cli/command.ts";

/** The text of `--help`; its flags are those of the engine `embedded`. */
export const help =
  `The lake: the topic in bronze, silver and gold, exactly once.

Usage: deno task lake SUBCOMMAND [--engine=embedded|spark] [FLAGS]

  run [--once [--bronze-only]] [--from=earliest|TIME] [--SETTING=VALUE ...]
      follows the topic into the lake until Ctrl-C; --once ends when all is in
  sql "SELECT ..." [--at=VERSION|TIME] [--json|--csv]
      queries the lake, also while run runs; changes nothing
  history [TABLE] [--limit=N] [--json]
      snapshots: when, what made them, rows, Kafka's offsets
  status [--at=VERSION|TIME] [--json]
      lag, freshness, rows, rejects, files
  verify [--all] [--at=VERSION|TIME] [--json]
      proves that the lake holds what the topic held, or names what is wrong
  maintain [--keep=DAYS] [--json]
      merges small files, expires old snapshots; safe beside run
  rebuild [--yes] [--json]
      computes silver from bronze again, compares, then replaces it
  export FOLDER [--at=VERSION|TIME] [--json]
      writes every table as Parquet
  stop
      with --engine=spark: ends the job that writes
  notebook [--replace]
      with --engine=spark: puts the tutorial's notebook into PART-A's Jupyter

These flags are those of the engine embedded. --help after a sub-command prints
those of the engine that is named, and more about it.

After deno task setup --lake, all but run work on the lake of that container; a
LAKE_DIR names a folder of this machine.

An engine is what stores and computes. embedded (the default) is DuckLake in
this process: no server, no Java, no Python. spark is PART-A's lake: Iceberg
tables in its catalog, filled by Spark in a container beside it, or in PART-A's
notebook with --in-notebook. There, run takes --trigger=SECONDS and
--batch=RECORDS instead of --from, and maintain takes --dry-run and
--clear-locks.`;

type Main = (args: readonly string[]) => Promise<number>;

async function command(load: Promise<{ command: Command }>): Promise<Main> {
  const loaded = await load;
  return (args) => runCommand(loaded.command, args);
}

type Subcommands = Readonly<Record<string, () => Promise<Main>>>;

/** Loaded one at a time: DuckDB is for those that need it. */
const embedded: Subcommands = {
  run: async () => (await import("./lake/run_lake.ts")).runInForeground,
  sql: () => command(import("./lake/sql.ts")),
  history: () => command(import("./lake/history.ts")),
  status: () => command(import("./lake/status_lake.ts")),
  export: () => command(import("./lake/export_lake.ts")),
  maintain: () => command(import("./lake/maintain_lake.ts")),
  rebuild: () => command(import("./lake/rebuild_lake.ts")),
  verify: () => command(import("./lake/verify_lake.ts")),
};

const spark: Subcommands = {
  run: () => command(import("./lake/spark/spark_run.ts")),
  sql: () => command(import("./lake/spark/spark_sql.ts")),
  history: () => command(import("./lake/spark/spark_history.ts")),
  status: () => command(import("./lake/spark/spark_status.ts")),
  maintain: () => command(import("./lake/spark/spark_maintain.ts")),
  verify: () => command(import("./lake/spark/spark_verify.ts")),
  stop: () => command(import("./lake/spark/spark_stop.ts")),
  notebook: () => command(import("./lake/spark/spark_notebook.ts")),
};

/** The sub-commands of each engine, by name. */
export const engines = { embedded, spark } as const;

type Engine = keyof typeof engines;

/** What to do where an engine lacks a sub-command. */
const instead: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  embedded: {
    stop: "end lake run with Ctrl-C; the lake's container: deno task stop",
    notebook: "deno task lake notebook --engine=spark; without PART-A: " +
      "deno task page",
  },
  spark: {
    export: 'deno task lake sql --engine=spark "SELECT ..." --csv',
    rebuild: "deno task lake verify --engine=spark compares silver with " +
      "bronze; a lake beside it: SPARK_NAMESPACE_PREFIX",
  },
};

/**
 * Takes `--engine` out of the arguments.
 *
 * @throws {UsageError} for another engine.
 */
function takeEngine(
  args: readonly string[],
): { engine: Engine; rest: string[] } {
  const names = Object.keys(engines).join(" or ");
  let engine: Engine = "embedded";
  const rest = args.filter((arg, index) => {
    if (args[index - 1] === "--engine") return false;
    if (arg !== "--engine" && !arg.startsWith("--engine=")) return true;
    const value = arg === "--engine"
      ? args[index + 1]
      : arg.slice("--engine=".length);
    if (value === undefined || value === "") {
      throw new UsageError(`--engine needs a value: expected ${names}`);
    }
    if (value !== "embedded" && value !== "spark") {
      throw new UsageError(`--engine is "${value}": expected ${names}`);
    }
    engine = value;
    return false;
  });
  return { engine, rest };
}

/** @throws {UsageError} for one that no engine has, or only the other one. */
function loaderOf(engine: Engine, name: string): () => Promise<Main> {
  const own: Subcommands = engines[engine];
  const load = Object.hasOwn(own, name) ? own[name] : undefined;
  if (load !== undefined) return load;
  const others: Readonly<Record<string, string>> = instead[engine];
  const step = Object.hasOwn(others, name) ? others[name] : undefined;
  if (step !== undefined) {
    throw new UsageError(`the engine ${engine} has no ${name}. Next: ${step}`);
  }
  const known = Object.keys(own).join(", ");
  throw new UsageError(`unknown sub-command "${name}": expected ${known}`);
}

async function lake(args: readonly string[]): Promise<number> {
  const { engine, rest: [name = "", ...rest] } = takeEngine(args);
  if (["", "--help", "-h", "help"].includes(name)) {
    result(help);
    return name === "" ? 2 : 0;
  }
  const load = loaderOf(engine, name);
  const isHelp = rest.includes("--help") || rest.includes("-h");
  if (!isHelp && engine === "embedded") {
    const { isLakeInContainer } = await import("./lake/lake_place.ts");
    if (name === "run" && isLakeInContainer()) {
      progress(
        "lake: this fills .state/lake, beside the lake of the container " +
          "crypto-lake (LAKE_DIR=.state/lake for the commands on it)",
      );
    } else if (isLakeInContainer()) {
      const container = await import("./lake/container_commands.ts");
      return await container.runOnContainersLake([name, ...rest]);
    }
  }
  return await (await load())(rest);
}

async function main(): Promise<number> {
  try {
    return await lake(Deno.args);
  } catch (error) {
    const { code, lines } = exitOf(error, "lake");
    lines.forEach(progress);
    return code;
  }
}

if (import.meta.main) Deno.exit(await main());
