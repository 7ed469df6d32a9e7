// Inside the lake's container, before its program: fills the volume with what
// that needs on this platform, then prints the program's command line. The
// second time all is there, and nothing is fetched.

import {
  duckdbVersion,
  platformName,
} from "../../lakehouse/lake/extension_platforms.ts";
import { CommandError, messageOf } from "../../lib/errors.ts";
import { exitOf } from "../../lib/exit.ts";
import { projectDir } from "../../lib/project.ts";
import { progress, result } from "../cli/print.ts";
import { lastLine } from "../docker/docker.ts";
import { run } from "../host/run_process.ts";
import { lakeExtensions, libraryPath } from "./lake_extensions.ts";
import { programArgs } from "./run_lake.ts";

/** Begins the line of stdout that names a platform without extensions. */
export const missingWord = "missing";

/**
 * Modules that import packages. Each is named: what a module imports only when
 * it is needed may fail without an error.
 */
const modules = [
  "lakehouse/lake_run.ts",
  "kafka/client.ts",
  "kafka/records/decompress.ts",
  "lakehouse/page/chart_files.ts",
];

/** The packages of deno.lock that the lake needs: kafkajs, DuckDB, charts. */
async function fetchPackages(): Promise<void> {
  const args = ["cache", "-q", "--frozen", ...modules];
  const { code, stderr } = await run(Deno.execPath(), args, {
    cwd: projectDir,
    env: { NO_COLOR: "1" },
  });
  if (code === 0) return;
  // A chain of causes, numbered; the last one says most.
  const reason = lastLine(stderr).replace(/^(?:error|\d+): /, "");
  throw new CommandError(
    `cannot get DuckDB ${duckdbVersion} and kafkajs into the lake's ` +
      `volume: ${reason}`,
    "check the container's way to the npm registry (network, HTTPS_PROXY; " +
      "DENO_CERT for a company's CA), then: deno task setup --lake",
  );
}

async function findExtensions(): Promise<string> {
  try {
    return await lakeExtensions();
  } catch (error) {
    // For `deno task setup`, which gets them on the host.
    result(`${missingWord} ${platformName(Deno.build)}`);
    throw new CommandError(
      messageOf(error),
      "let this machine get them for the container: deno task setup --lake",
      { cause: error },
    );
  }
}

async function main(): Promise<number> {
  try {
    await fetchPackages();
    const extensionDir = await findExtensions();
    const [verb = "", ...args] = programArgs(await libraryPath(), extensionDir);
    // Compose's shell splits it at blanks: no path in the container has one.
    result([verb, "--cached-only", "--frozen", ...args].join(" "));
    return 0;
  } catch (error) {
    const { code, lines } = exitOf(error, "lake");
    lines.forEach(progress);
    return code;
  }
}

if (import.meta.main) Deno.exit(await main());
