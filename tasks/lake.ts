// `deno task lake`: the topic in bronze, silver and gold.

import { UsageError } from "../lib/errors.ts";
import { exitOf } from "../lib/exit.ts";
import { progress, result } from "./cli/print.ts";
import { type Command, runCommand } from "./cli/command.ts";

const help = `The lake: the topic in bronze, silver and gold, exactly once.

Usage: deno task lake SUBCOMMAND [--engine=embedded] [FLAGS]

  run [--once] [--from=earliest|TIME]
      follows the topic into the lake until Ctrl-C; --once ends when all is in
  sql "SELECT ..." [--at=VERSION|TIME] [--json|--csv]
      queries the lake, also while run runs; changes nothing
  history [TABLE] [--limit=N] [--json]
      snapshots: when, what made them, rows, Kafka's offsets
  status [--json]
      lag, freshness, rows, rejects, files
  verify [--json]
      proves that the lake holds what the topic held, or names what is wrong
  maintain [--keep=DAYS]
      merges small files, expires old snapshots; safe beside run
  rebuild [--yes]
      computes silver from bronze again, compares, then replaces it
  export FOLDER [--at=VERSION|TIME]
      writes every table as Parquet

  --help after a sub-command prints more about it

After deno task setup --lake, all but run work on the lake of that container; a
LAKE_DIR names a folder of this machine.

An engine is what stores and computes. embedded (the default) is DuckLake in
this process: no server, no Java, no Python.`;

type Main = (args: readonly string[]) => Promise<number>;

async function command(load: Promise<{ command: Command }>): Promise<Main> {
  const loaded = await load;
  return (args) => runCommand(loaded.command, args);
}

/** Loaded one at a time: DuckDB is for those that need it. */
const subcommands: Readonly<Record<string, () => Promise<Main>>> = {
  run: async () => (await import("./lake/run_lake.ts")).runInForeground,
  sql: () => command(import("./lake/sql.ts")),
  history: () => command(import("./lake/history.ts")),
  status: () => command(import("./lake/status_lake.ts")),
  export: () => command(import("./lake/export_lake.ts")),
  maintain: () => command(import("./lake/maintain_lake.ts")),
  rebuild: () => command(import("./lake/rebuild_lake.ts")),
  verify: () => command(import("./lake/verify_lake.ts")),
};

/** Takes `--engine` out of the arguments. */
function withoutEngine(args: readonly string[]): string[] {
  return args.filter((arg, index) => {
    if (args[index - 1] === "--engine") return false;
    if (arg !== "--engine" && !arg.startsWith("--engine=")) return true;
    const value = arg === "--engine" ? args[index + 1] : arg.split("=")[1];
    if (value === undefined || value === "") {
      throw new UsageError("--engine needs a value: expected embedded");
    }
    if (value !== "embedded") {
      throw new UsageError(`--engine is "${value}": expected embedded`);
    }
    return false;
  });
}

async function lake(args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = withoutEngine(args);
  if (["", "--help", "-h", "help"].includes(name)) {
    result(help);
    return name === "" ? 2 : 0;
  }
  const load = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (load === undefined) {
    throw new UsageError(
      `unknown sub-command "${name}": expected ` +
        Object.keys(subcommands).join(", "),
    );
  }
  const isHelp = rest.includes("--help") || rest.includes("-h");
  if (!isHelp) {
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
