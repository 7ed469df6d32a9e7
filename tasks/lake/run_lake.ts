// `deno task lake run`: the lake's long-running program, with only the
// permissions that it needs. What DuckDB needs is made ready here, since that
// program may start no other one.

import { parseRunCommand, runHelp } from "../../lakehouse/run_args.ts";
import { exitOf } from "../../lib/exit.ts";
import { projectDir } from "../../lib/project.ts";
import { stopSignals } from "../../lib/stop_signals.ts";
import { progress, result } from "../cli/print.ts";
import { type Run, run, start } from "../host/run_process.ts";
import { lakeExtensions, libraryPath } from "./lake_extensions.ts";

/**
 * V8's flags that bound the heap over a backlog: else its young generation adds
 * 100 MB, and its old one, which triples before it is collected, 60 MB.
 *
 * @param deno Deno's version. It refuses to start with a flag that V8 does not
 * know, and the second one is none that V8 promises: it is for versions that
 * were tried.
 */
export function heapFlags(deno: string = Deno.version.deno): string {
  const young = "--v8-flags=--max-semi-space-size=8";
  return deno.startsWith("2.9.")
    ? `${young},--heap-growing-percent=100`
    : young;
}

/** Deno's arguments for the program. */
export function programArgs(
  library: string,
  extensionDir: string,
): string[] {
  return [
    "run",
    "-q",
    // The bindings of DuckDB look at /proc/self/exe for the kind of libc and do
    // without: on a terminal that would be a question.
    "--no-prompt",
    heapFlags(),
    "-P=lakehouse",
    `--allow-ffi=${library}`,
    "lakehouse/main.ts",
    `--extension-dir=${extensionDir}`,
  ];
}

/**
 * The command line of the program, for this machine.
 *
 * @param runProgram Starts what gets DuckDB and its extensions.
 */
export async function lakeArgs(runProgram: Run = run): Promise<string[]> {
  const extensionDir = await lakeExtensions(runProgram);
  return programArgs(await libraryPath(runProgram), extensionDir);
}

async function perform(args: readonly string[]): Promise<number> {
  // Mistakes are reported before anything is fetched.
  if (parseRunCommand(args).kind === "help") {
    result(runHelp());
    return 0;
  }
  const lake = start(Deno.execPath(), [...await lakeArgs(), ...args], {
    cwd: projectDir,
    stdin: "inherit",
    output: "inherit",
  });
  for (const signal of stopSignals(Deno.build.os)) {
    Deno.addSignalListener(signal, () => lake.kill(signal));
  }
  return (await lake.ended).code;
}

/** Runs it until it ends; signals are passed on. */
export async function runInForeground(
  args: readonly string[],
): Promise<number> {
  try {
    return await perform(args);
  } catch (error) {
    const { code, lines } = exitOf(error, "lake run");
    lines.forEach(progress);
    return code;
  }
}
