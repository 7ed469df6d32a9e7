// The usage lines of the lake's commands beside the flags that are parsed. Their
// modules reach DuckDB.

import { assert, assertEquals } from "@std/assert";
import { runFlags, runHelp } from "../../lakehouse/run_args.ts";
import type { Command } from "../../tasks/cli/command.ts";
import { engines, help } from "../../tasks/lake.ts";
import { command as embeddedExport } from "../../tasks/lake/export_lake.ts";
import { command as embeddedHistory } from "../../tasks/lake/history.ts";
import { command as embeddedMaintain } from "../../tasks/lake/maintain_lake.ts";
import { command as embeddedRebuild } from "../../tasks/lake/rebuild_lake.ts";
import { command as embeddedSql } from "../../tasks/lake/sql.ts";
import { command as embeddedStatus } from "../../tasks/lake/status_lake.ts";
import { command as embeddedVerify } from "../../tasks/lake/verify_lake.ts";
import { command as sparkHistory } from "../../tasks/lake/spark/spark_history.ts";
import { command as sparkMaintain } from "../../tasks/lake/spark/spark_maintain.ts";
import { command as sparkNotebook } from "../../tasks/lake/spark/spark_notebook.ts";
import { command as sparkRun } from "../../tasks/lake/spark/spark_run.ts";
import { command as sparkSql } from "../../tasks/lake/spark/spark_sql.ts";
import { command as sparkStatus } from "../../tasks/lake/spark/spark_status.ts";
import { command as sparkStop } from "../../tasks/lake/spark/spark_stop.ts";
import { command as sparkVerify } from "../../tasks/lake/spark/spark_verify.ts";

type Documented = Pick<Command, "help" | "flags">;

const embedded: Readonly<Record<keyof typeof engines.embedded, Documented>> = {
  run: { help: runHelp(), flags: runFlags },
  sql: embeddedSql,
  history: embeddedHistory,
  status: embeddedStatus,
  export: embeddedExport,
  maintain: embeddedMaintain,
  rebuild: embeddedRebuild,
  verify: embeddedVerify,
};

const spark: Readonly<Record<keyof typeof engines.spark, Documented>> = {
  run: sparkRun,
  sql: sparkSql,
  history: sparkHistory,
  status: sparkStatus,
  maintain: sparkMaintain,
  verify: sparkVerify,
  stop: sparkStop,
  notebook: sparkNotebook,
};

function parsed({ flags }: Documented): string[] {
  return [...flags.boolean ?? [], ...flags.string ?? []].sort();
}

function flagsIn(text: string): string[] {
  const names = Array.from(
    text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g),
    ([, name = ""]) => name,
  );
  return [...new Set(names)].filter((it) => it !== "engine").sort();
}

/** The paragraph that begins with `Usage:`. */
function usageOf(text: string): string {
  return /^Usage: .*(?:\n.+)*/m.exec(text)?.[0] ?? "";
}

/** What `deno task lake --help` has of a sub-command. */
function entryOf(name: string): string {
  const entry = new RegExp(`^  ${name}(?: .*)?(?:\\n {6}.*)+`, "m");
  return entry.exec(help)?.[0] ?? "";
}

const all = [
  ...Object.entries(embedded).map(([name, it]) => ["embedded", name, it]),
  ...Object.entries(spark).map(([name, it]) => ["spark", name, it]),
] as [string, string, Documented][];

Deno.test("the usage line of each command of the lake has the flags that it parses, and its help explains them", () => {
  for (const [engine, name, command] of all) {
    const which = `${engine} ${name}`;
    const flags = parsed(command);
    assertEquals(flagsIn(usageOf(command.help)), flags, which);
    const explained = command.help.replace(usageOf(command.help), "");
    for (const flag of flags) {
      assert(explained.includes(`  --${flag}`), `${which} --${flag}`);
    }
  }
});

Deno.test("`deno task lake --help` has each sub-command with the flags that it parses, and names those of spark", () => {
  const sections = Array.from(
    help.matchAll(/^ {2}([a-z]+)(?= |$)/gm),
    ([, name]) => name,
  );
  const names = new Set(all.map(([, name]) => name));
  assertEquals(new Set(sections), names);
  for (const [name, command] of Object.entries(embedded)) {
    assertEquals(flagsIn(entryOf(name)), parsed(command), name);
  }
  const known = flagsIn(help);
  for (const [name, command] of Object.entries(spark)) {
    const missing = parsed(command).filter((it) => !known.includes(it));
    assertEquals(missing, [], `spark ${name}`);
  }
  assert(help.split("\n").every((line) => line.length <= 80));
});
