// `lake run`: wiring only. Settings in, exit code out.

import { systemClock } from "../lib/clock.ts";
import { complain } from "../lib/complain.ts";
import { exitOf } from "../lib/exit.ts";
import { realPorts } from "../lib/merge_settings.ts";
import { checkPermissions, hasPermission, type Need } from "../lib/needs.ts";
import { writeLine } from "../lib/output.ts";
import { accessFiles } from "../kafka/access.ts";
import { openKeys } from "../kafka/open_keys.ts";
import { formatAddress } from "../lib/address.ts";
import { type LakeConfig, readLakeConfig } from "./lake_settings.ts";
import { parseRunCommand, runHelp } from "./run_args.ts";

function needsOf(config: LakeConfig): Need[] {
  return [
    ...config.brokers.map((broker): Need => ({
      kind: "net",
      host: formatAddress(broker),
      why: "KAFKA_BOOTSTRAP_SERVERS",
    })),
    ...config.address === undefined ? [] : [
      {
        kind: "net",
        host: formatAddress(config.address),
        why: "LAKE_ADDRESS",
      } as const,
    ],
    { kind: "read", path: config.dir, why: "LAKE_DIR" },
    { kind: "write", path: config.dir, why: "LAKE_DIR" },
    ...accessFiles(config.access).map(({ path, setting }): Need => ({
      kind: "read",
      path,
      why: setting,
    })),
  ];
}

async function perform(args: readonly string[]): Promise<number> {
  const command = parseRunCommand(args);
  if (command.kind === "help") {
    writeLine(Deno.stdout, runHelp());
    return 0;
  }
  const config = readLakeConfig(command.flags);
  checkPermissions(needsOf(config), hasPermission, "lakehouse");
  const keys = await openKeys(config.access, realPorts.readText);
  const { runLake } = await import("./lake_run.ts");
  return await runLake(command, { config, keys, clock: systemClock });
}

async function main(): Promise<number> {
  try {
    return await perform(Deno.args);
  } catch (error) {
    const { code, lines } = exitOf(error, "lake run", { help: false });
    await complain("lake run", lines);
    return code;
  }
}

Deno.exit(await main());
