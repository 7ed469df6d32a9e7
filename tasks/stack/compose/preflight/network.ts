// Chooses the network of PART-A that the stack joins.

import { CommandError } from "../../../../lib/errors.ts";
import { stackDefaults } from "../../stack_defaults.ts";

/** Networks without name resolution between containers. */
const unnamed = ["bridge", "host", "none"];

const usual = stackDefaults.DAS_NETWORK;

export interface PartANetworks {
  readonly minio: readonly string[];
  readonly metastore: readonly string[];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "no network" : names.join(", ");
}

function noNetwork({ minio, metastore }: PartANetworks): CommandError {
  const both = minio.filter((name) => metastore.includes(name));
  const restart = "start PART-A with its own compose file, then: " +
    "deno task setup";
  if (both.length > 0) {
    return new CommandError(
      `PART-A is only on Docker's default network (${both.join(", ")}): ` +
        "containers cannot resolve each other's names there",
      restart,
    );
  }
  return new CommandError(
    `hive-minio (on ${list(minio)}) and hive-metastore (on ` +
      `${list(metastore)}) share no network`,
    restart,
  );
}

/**
 * Chooses a network that both containers are on: the remembered one (`DAS_NETWORK`),
 * else the one with PART-A's usual name, else the one that ends in `dasnet`,
 * else the only one.
 */
export function chooseNetwork(
  networks: PartANetworks,
  remembered: string | undefined,
): string {
  const { minio, metastore } = networks;
  const shared = minio.filter((name) =>
    metastore.includes(name) && !unnamed.includes(name)
  );
  for (const name of [remembered, usual]) {
    if (name !== undefined && shared.includes(name)) return name;
  }
  const alike = shared.filter((name) => name.endsWith("dasnet"));
  const [only, ...others] = alike.length > 0 ? alike : shared;
  if (only === undefined) throw noNetwork(networks);
  if (others.length === 0) return only;
  const names = [only, ...others].sort();
  throw new CommandError(
    `PART-A's containers share several networks: ${names.join(", ")}`,
    `set one in .env: DAS_NETWORK=${names[0]}, then: deno task setup`,
  );
}
