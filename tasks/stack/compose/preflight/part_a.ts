/**
 * Whether PART-A is there and well.
 *
 * @module
 */

import { CommandError } from "../../../../lib/errors.ts";
import { type ContainerSeen, parseInspect } from "../../../docker/container.ts";
import type { Run } from "../../../host/run_process.ts";
import { ask } from "../../../docker/docker.ts";
import type { PartANetworks } from "./network.ts";

/** PART-A's containers, by their fixed names. */
export const partANames = ["hive-minio", "hive-metastore"] as const;

const without = "go without it: deno task setup --standalone";
const again = "then: deno task setup";

function stateFailure({ name, status, health }: ContainerSeen): CommandError {
  const is = (what: string, next: string) =>
    new CommandError(`${name} of PART-A ${what}`, next);
  switch (status) {
    case "running":
      return health === "starting"
        ? is("is not healthy yet", `wait until it is, ${again}`)
        : is("is unhealthy", `see why: docker logs ${name}; ${again}`);
    case "paused":
      return is("is paused", `let it go on: docker unpause ${name}, ${again}`);
    case "restarting":
      return is(
        "starts again and again",
        `see why: docker logs ${name}; ${again}`,
      );
    default:
      return is(
        `does not run (${status})`,
        `start PART-A (docker start ${name}), ${again}; or ${without}`,
      );
  }
}

/**
 * Judges PART-A by its two containers.
 *
 * @param found Those of the two that exist; others are not looked at.
 * @returns the networks that they are on.
 * @throws {CommandError} for one that is missing, does not run, or is not healthy.
 */
export function judgePartA(found: readonly ContainerSeen[]): PartANetworks {
  const networks = partANames.map((wanted) => {
    const container = found.find(({ name }) => name === wanted);
    if (container === undefined) {
      const missing = partANames.filter((name) =>
        !found.some((one) => one.name === name)
      );
      const is = missing.length > 1
        ? "PART-A does not run: there are no containers"
        : "PART-A is half there: there is no container";
      throw new CommandError(
        `${is} ${missing.join(" and ")}`,
        `start PART-A, ${again}; or ${without}`,
      );
    }
    const { status, health } = container;
    const isWell = status === "running" &&
      (health === "healthy" || health === "none");
    if (!isWell) throw stateFailure(container);
    return container.networks;
  });
  return { minio: networks[0] ?? [], metastore: networks[1] ?? [] };
}

/** Asks the engine for PART-A's containers; those that exist. */
export async function inspectPartA(run: Run): Promise<ContainerSeen[]> {
  // It takes whole names, unlike the filters of `docker ps`, prints those that
  // exist, and fails for the others.
  const { stdout } = await ask(run, ["container", "inspect", ...partANames]);
  return parseInspect(stdout.trim() === "" ? "[]" : stdout);
}
