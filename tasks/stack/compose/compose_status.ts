// The status rows of the stack's containers.

import type { ContainerSeen } from "../../docker/container.ts";
import type { ServiceStatus } from "../stack.ts";
import { services } from "../compose_settings.ts";

const publishedPort: Readonly<Record<string, string>> = {
  zookeeper: "2181/tcp",
  kafka: "9093/tcp",
  "kafka-ui": "8080/tcp",
};

function addressOf({ service, ports }: ContainerSeen): string {
  const port = ports[publishedPort[service] ?? ""];
  if (port === undefined) return "-";
  return `${service === "kafka-ui" ? "http://" : ""}localhost:${port}`;
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
  if (restarts > 0) words.push(`restarted ${restarts} times`);
  if (end.oomKilled) words.push("exceeded its memory limit");
  else if (status === "exited") words.push(`exit code ${end.exitCode}`);
  if (end.error !== "") words.push(end.error);
  return words.join(", ");
}

/** A row for each container, in the order of the services. */
export function statusRows(
  containers: readonly ContainerSeen[],
): ServiceStatus[] {
  return services.flatMap((service) => {
    const container = containers.find((one) => one.service === service);
    return container === undefined ? [] : [{
      name: service,
      address: addressOf(container),
      state: stateOf(container),
      detail: detailOf(container),
      ...container.health === "unhealthy" && container.complaint !== "" &&
        { complaint: container.complaint },
    }];
  });
}
