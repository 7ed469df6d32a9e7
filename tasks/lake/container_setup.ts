// Starts the lake's container. Its volume is filled first by a short-lived one,
// whose progress is shown; what that cannot get is got on this machine.

import { resolve } from "node:path";
import { extensionPlatforms } from "../../lakehouse/lake/extension_platforms.ts";
import {
  cachedExtensions,
  fetchForeignExtensions,
} from "../../lakehouse/lake/extensions.ts";
import { CommandError } from "../../lib/errors.ts";
import { given, realPorts } from "../../lib/merge_settings.ts";
import type { Progress } from "../cli/print.ts";
import { makeReadable } from "../deps/make_readable.ts";
import { createDocker } from "../docker/docker.ts";
import { defaultCacheDir } from "../host/platform.ts";
import { type ProcessResult, run } from "../host/run_process.ts";
import type { ComposeStack } from "../stack/compose/compose_stack.ts";
import { lakeServiceName } from "../stack/compose/lake_service.ts";
import { missingWord } from "./container_main.ts";

/** The words of the program in the container, as an error of this one. */
export function fillFailure({ stdout, stderr }: ProcessResult): CommandError {
  const lines = `${stdout}\n${stderr}`.split(/\r?\n/);
  const last = (start: string) =>
    lines.findLast((line) => line.startsWith(start))?.slice(start.length);
  const shown = lines.findLast((line) => line.trim() !== "") ?? "no output";
  return new CommandError(
    `the lake's volume cannot be filled: ${last("lake: ") ?? shown}`,
    last("Next: ") ?? "check Docker with docker info, then try again",
  );
}

/** The platform that the program in the container has no extensions for. */
export function missingPlatform(stdout: string): string | undefined {
  const line = stdout.split(/\r?\n/)
    .find((one) => one.startsWith(`${missingWord} `));
  return line?.slice(missingWord.length + 1);
}

/** DuckDB's name of the engine's platform, whose containers have glibc. */
async function enginePlatform(): Promise<string> {
  const args = ["version", "--format", "{{.Server.Arch}}"];
  return `linux_${(await createDocker().output(args)).trim()}`;
}

function fill(
  stack: Pick<ComposeStack, "runInLake">,
  folder: string | undefined,
  progress: Progress,
): Promise<ProcessResult> {
  return stack.runInLake({
    args: ["tasks/lake/container_main.ts"],
    ...folder === undefined
      ? {}
      : { mount: { folder, variable: "DUCKDB_EXTENSIONS" } },
    call: {
      onLine(line) {
        if (/^lake: (?!cannot )/.test(line)) progress(`  ${line}`);
      },
    },
  });
}

/** What fills the volume; tests replace it. */
export interface FillPorts {
  readonly progress: Progress;
  /** A folder of this machine with the extensions, if there is one. */
  knownExtensions(): Promise<string | undefined>;
  /** Gets those of a platform; returns their folder. */
  fetchExtensions(platform: string): Promise<string>;
}

function realFillPorts(progress: Progress): FillPorts {
  const cacheDir = defaultCacheDir(Deno.build.os, realPorts.env);
  const report = (line: string) => progress(`  lake: ${line}`);
  /** The container's user is not the cache's owner. */
  function readable(folder: string): string {
    makeReadable(folder);
    return folder;
  }

  return {
    progress,
    async knownExtensions() {
      const named = given(realPorts.env("DUCKDB_EXTENSIONS"));
      // Docker takes a relative path for a volume's name.
      if (named !== undefined) return resolve(named);
      const cached = cachedExtensions(cacheDir, await enginePlatform());
      return cached === undefined ? undefined : readable(cached);
    },
    fetchExtensions: async (platform) =>
      readable(
        await fetchForeignExtensions({ cacheDir, run, report }, platform),
      ),
  };
}

/**
 * Fills the volume of the lake's container, unless it is full.
 *
 * @throws {CommandError} with what could not be had, and the next step.
 */
export async function fillVolume(
  stack: Pick<ComposeStack, "runInLake">,
  { progress, knownExtensions, fetchExtensions }: FillPorts,
): Promise<void> {
  const known = await knownExtensions();
  const filled = await fill(stack, known, progress);
  if (filled.code === 0) return;
  const platform = missingPlatform(filled.stdout);
  const hasWheel = extensionPlatforms[platform ?? ""]?.wheel !== undefined;
  if (platform === undefined || known !== undefined || !hasWheel) {
    throw fillFailure(filled);
  }
  progress(`  ${fillFailure(filled).message}`);
  progress("  lake: getting the extensions on this machine, for the container");
  const again = await fill(stack, await fetchExtensions(platform), progress);
  if (again.code !== 0) throw fillFailure(again);
}

/** Starts the lake's container, unless it runs; waits until it is healthy. */
export async function setUpLake(
  stack: Pick<ComposeStack, "status" | "runInLake" | "remove" | "startLake">,
  progress: Progress,
  ports: FillPorts = realFillPorts(progress),
): Promise<void> {
  const lake = (await stack.status())
    .find(({ name }) => name === lakeServiceName);
  // Its restarts would count against the start that comes now.
  if (lake?.state === "failed") await stack.remove([lakeServiceName], progress);
  if (lake?.state !== "running") {
    progress("Preparing crypto-lake (the first time it fetches DuckDB)");
    await fillVolume(stack, ports);
  }
  await stack.startLake(progress);
}
