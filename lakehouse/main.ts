// `lake run`: wiring only. Settings in, exit code out.

import { systemClock } from "../lib/clock.ts";
import { complain } from "../lib/complain.ts";
import { exitOf } from "../lib/exit.ts";
import { realPorts } from "../lib/merge_settings.ts";
import { checkPermissions, hasPermission, type Need } from "../lib/needs.ts";
import { writeLine } from "../lib/output.ts";
import { kafkaNeeds } from "../kafka/kafka_needs.ts";
import { openKeys } from "../kafka/open_keys.ts";
import { formatAddress } from "../lib/address.ts";
import { type LakeConfig, readLakeConfig } from "./lake_settings.ts";
import { parseRunCommand, runHelp } from "./run_args.ts";

function needsOf(config: LakeConfig): Need[] {
  const { dir, address } = config;
  const why = "LAKE_ADDRESS";
  return [
    ...kafkaNeeds(config),
    ...address === undefined
      ? []
      : [{ kind: "net", host: formatAddress(address), why } as const],
    { kind: "read", path: dir, why: "LAKE_DIR" },
    { kind: "write", path: dir, why: "LAKE_DIR" },
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
