/**
 * Which of PART-A's networks the stack joins.
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";
import { stackDefaults } from "../../stack_defaults.ts";

/** On these, containers do not find each other by name. */
const nameless = ["bridge", "host", "none"];

const usual = stackDefaults.DAS_NETWORK;

/** The networks of PART-A's two containers. */
export interface PartANetworks {
  /** Those of `hive-minio`. */
  readonly minio: readonly string[];
  /** Those of `hive-metastore`. */
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
      `PART-A is on Docker's default network only (${both.join(", ")}): ` +
        "there containers do not find each other by name",
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
 * Chooses the network: the remembered one if both are on it, else the one
 * with PART-A's usual name, else the one that ends in `dasnet`, else the only
 * one.
 *
 * @param remembered `DAS_NETWORK`.
 * @throws {CommandError} when there is none, or several and nothing tells which.
 */
export function chooseNetwork(
  networks: PartANetworks,
  remembered: string | undefined,
): string {
  const { minio, metastore } = networks;
  const shared = minio.filter((name) =>
    metastore.includes(name) && !nameless.includes(name)
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
    `name one in .env: DAS_NETWORK=${names[0]}, then: deno task setup`,
  );
}
