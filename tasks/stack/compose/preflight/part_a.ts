// Checks that PART-A is running and healthy.

import { CommandError } from "../../../../lib/errors.ts";
import {
  type ContainerSeen,
  partANames,
  runsWell,
} from "../../../docker/container.ts";
import type { PartANetworks } from "./network.ts";

const without = "run without it: deno task setup --standalone";
const again = "then: deno task setup";

function stateFailure({ name, status, health }: ContainerSeen): CommandError {
  const is = (what: string, next: string) =>
    new CommandError(`${name} of PART-A ${what}`, next);
  switch (status) {
    case "running":
      return health === "starting"
        ? is("is not healthy yet", `wait until it is, ${again}`)
        : is("is unhealthy", `see its log: docker logs ${name}; ${again}`);
    case "paused":
      return is("is paused", `resume it: docker unpause ${name}, ${again}`);
    case "restarting":
      return is(
        "keeps restarting",
        `see its log: docker logs ${name}; ${again}`,
      );
    default:
      return is(
        `is not running (${status})`,
        `start PART-A (docker start ${name}), ${again}; or ${without}`,
      );
  }
}

/**
 * Checks PART-A's two containers among those found, and returns their networks.
 */
export function judgePartA(found: readonly ContainerSeen[]): PartANetworks {
  const networks = partANames.map((wanted) => {
    const container = found.find(({ name }) => name === wanted);
    if (container === undefined) {
      const missing = partANames.filter((name) =>
        !found.some((one) => one.name === name)
      );
      const is = missing.length > 1
        ? "PART-A is not running: containers"
        : "PART-A is incomplete: container";
      const are = missing.length > 1 ? "are" : "is";
      throw new CommandError(
        `${is} ${missing.join(" and ")} ${are} missing`,
        `start PART-A, ${again}; or ${without}`,
      );
    }
    if (!runsWell(container)) throw stateFailure(container);
    return container.networks;
  });
  return { minio: networks[0] ?? [], metastore: networks[1] ?? [] };
}
