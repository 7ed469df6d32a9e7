// The status rows of the stack's containers.

import { plural } from "../../../lib/plural.ts";
import type { ContainerSeen } from "../../docker/container.ts";
import type { ServiceStatus } from "../stack.ts";
import { type ServiceFacts, serviceFacts } from "../services.ts";

function addressOf(
  { published }: ServiceFacts,
  { ports }: ContainerSeen,
): string {
  const port = ports[`${published?.inside}/tcp`];
  if (port === undefined) return "-";
  return `${published?.isPage ? "http://" : ""}localhost:${port}`;
}

function stateOf(
  { status, health, end }: ContainerSeen,
): ServiceStatus["state"] {
  if (status === "running") {
    if (health === "unhealthy") return "failed";
    return health === "starting" ? "starting" : "running";
  }
  if (status === "restarting") return "failed";
  // Also a container that was created but never started.
  return end.exitCode === 0 || end.exitCode === 143 ? "stopped" : "failed";
}

function detailOf(container: ContainerSeen): string {
  const { name, health, restarts, end, status } = container;
  const words = [name];
  if (health !== "none" && status === "running") words.push(health);
  if (restarts > 0) words.push(`restarted ${plural(restarts, "time")}`);
  if (end.oomKilled) words.push("exceeded its memory limit");
  else if (status === "exited") words.push(`exit code ${end.exitCode}`);
  if (end.error !== "") words.push(end.error);
  return words.join(", ");
}

/** A row for each container, in the order of the services. */
export function statusRows(
  containers: readonly ContainerSeen[],
): ServiceStatus[] {
  return serviceFacts.flatMap((facts) => {
    const { name } = facts;
    const container = containers.find(({ service }) => service === name);
    return container === undefined ? [] : [{
      name,
      address: addressOf(facts, container),
      state: stateOf(container),
      detail: detailOf(container),
      ...container.health === "unhealthy" && container.complaint !== "" &&
        { complaint: container.complaint },
    }];
  });
}
