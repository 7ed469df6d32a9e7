// A healthy Compose stack as `verify` sees it.

import type { ContainerSeen } from "../../tasks/docker/container.ts";
import type { ListenerAnswer } from "../../tasks/verify/probe/ask_listener.ts";
import type { StackObservation } from "../../tasks/verify/stack_observation.ts";
import { startMs } from "./samples.ts";

/** A healthy container on PART-A's network. */
export function container(
  service: string,
  change: Partial<ContainerSeen> = {},
): ContainerSeen {
  return {
    name: `crypto-${service.replace("crypto-", "")}`,
    service,
    status: "running",
    health: "healthy",
    complaint: "",
    restarts: 0,
    startedMs: startMs,
    end: { exitCode: 0, oomKilled: false, error: "" },
    networks: ["part-a_dasnet"],
    ports: {},
    env: {},
    ...change,
  };
}

function answers(listener: string, port: number): ListenerAnswer {
  const host = listener.slice(0, listener.indexOf(":"));
  return { listener, brokers: { ok: true, value: [{ host, port }] } };
}

export const healthyStack: StackObservation = {
  containers: [
    container("zookeeper"),
    container("kafka"),
    container("kafka-ui"),
    container("crypto-producer"),
  ],
  logs: {},
  partA: ["hive-minio", "hive-metastore"].map((name) =>
    container("", { name, health: "none" })
  ),
  standalone: false,
  ui: {
    address: "http://localhost:8080",
    topics: { ok: true, value: ["crypto.prices.raw"] },
  },
  outside: answers("localhost:9093", 9093),
  inside: {
    ok: true,
    value: [answers("crypto-kafka:9092", 9092), answers("kafka:29092", 29092)],
  },
};

/** The stack with one service's container changed. */
export function withContainer(
  service: string,
  change: Partial<ContainerSeen>,
): StackObservation {
  const containers = healthyStack.containers.map((one) =>
    one.service === service ? { ...one, ...change } : one
  );
  return { ...healthyStack, containers };
}
