/**
 * The checks of a Compose stack: each a pure function of what was seen.
 *
 * @module
 */

import { diagnose, type Diagnosis } from "../diagnosis/diagnose.ts";
import {
  type CheckResult,
  fail,
  type Finding,
  ok,
  skip,
  warn,
} from "./finding.ts";
import type { Result } from "../../lib/result.ts";
import type { ContainerSeen } from "../docker/container.ts";
import {
  type ComposeSeen,
  expectedServices,
  insideListeners,
  type ListenerAnswer,
} from "./stack_observation.ts";
import { partANames } from "../docker/container.ts";
import { wasStopped } from "../docker/container.ts";
import { runsWell } from "../docker/container.ts";

/** What the checks of the stack see beside its containers. */
export interface StackView {
  /** The wall clock, ms since 1970. */
  readonly nowMs: number;
  /** The topic's name. */
  readonly topic: string;
  /** Whether Kafka has the topic. */
  readonly topicExists: boolean;
}

type StackCheck = (view: StackView & { readonly seen: ComposeSeen }) => Finding;

const setup = "deno task setup";
const recentMs = 5 * 60_000;

function stateOf(container: ContainerSeen): string {
  const { name, status, health, end } = container;
  if (status === "running") return `${name} is ${health}`;
  const code = status === "exited" ? ` (exit code ${end.exitCode})` : "";
  return `${name} is ${status}${code}`;
}

function causeOf(
  { service, end, status }: ContainerSeen,
  logs: ComposeSeen["logs"],
): Diagnosis | undefined {
  const ended = status === "running" ? undefined : diagnose(end);
  return ended ?? diagnose(logs[service] ?? "");
}

const containers: StackCheck = ({ seen }) => {
  const services = expectedServices(seen.containers);
  const byService = new Map(seen.containers.map((one) => [one.service, one]));
  const absent = services.filter((service) => !byService.has(service));
  if (absent.length > 0) {
    return fail(`there is no container for ${absent.join(", ")}`, setup);
  }
  const all = services.flatMap((service) => byService.get(service) ?? []);
  const bad = all.find((one) => !runsWell(one));
  if (bad === undefined) {
    return ok(`${all.map(({ name }) => name).join(", ")} run well`);
  }
  if (wasStopped(bad)) return fail(`${bad.name} was stopped`, setup);
  const found = causeOf(bad, seen.logs);
  const why = found === undefined ? "" : `: ${found.cause}`;
  const look = bad.status === "running" && bad.health === "starting"
    ? "wait for it: deno task verify --wait=60s"
    : `read its log: deno task logs ${bad.service}; then ${setup}`;
  return fail(stateOf(bad) + why, found?.next ?? look);
};

const restarts: StackCheck = ({ seen, nowMs }) => {
  const again = seen.containers.filter((one) => one.restarts > 0);
  if (seen.containers.length === 0) return skip("no container to look at");
  if (again.length === 0) return ok("none");
  const list = again.map(({ name, restarts: times, startedMs }) => {
    const minutes = Math.max(0, Math.round((nowMs - startedMs) / 60_000));
    return `${name} ${times}, the last ${minutes} min ago`;
  }).join("; ");
  const recent = again.find(({ startedMs }) => nowMs - startedMs < recentMs);
  return recent === undefined
    ? ok(list)
    : warn(list, `see why: deno task logs ${recent.service}`);
};

const partA: StackCheck = ({ seen }) => {
  if (seen.standalone) return skip("standalone: a network of its own");
  const kafka = seen.containers.find(({ service }) => service === "kafka");
  const shared = new Set(kafka?.networks ?? []);
  const problems = partANames.flatMap((name) => {
    const container = seen.partA.find((one) => one.name === name);
    if (container === undefined) return [`${name} does not exist`];
    if (!runsWell(container)) return [stateOf(container)];
    return container.networks.some((network) => shared.has(network))
      ? []
      : [`${name} is on another network (${container.networks.join(", ")})`];
  });
  return problems.length === 0
    ? ok(`${partANames.join(" and ")} run on ${[...shared].join(", ")}`)
    : fail(
      problems.join("; "),
      `start PART-A, then ${setup} (without PART-A: ${setup} --standalone)`,
    );
};

function judgeListener(answer: ListenerAnswer): string[] {
  if ("error" in answer) return [`${answer.listener}: ${answer.error}`];
  const told = answer.brokers.map(({ host, port }) => `${host}:${port}`);
  return told.length === 1 && told[0] === answer.listener
    ? []
    : [`${answer.listener} sends clients to ${told.join(", ") || "nobody"}`];
}

const listeners: StackCheck = ({ seen }) => {
  const { outside, inside } = seen;
  const kafka = seen.containers.find(({ service }) => service === "kafka");
  if (kafka?.status !== "running") return skip("Kafka does not run");
  if (!inside.ok) {
    return fail(
      `nobody could ask on the network: ${inside.error}`,
      diagnose(inside.error)?.next ?? `start the stack anew: ${setup}`,
    );
  }
  const problems = [outside, ...inside.value].flatMap(judgeListener);
  return problems.length === 0
    ? ok(`${[outside.listener, ...insideListeners].join(", ")} answer`)
    : fail(problems.join("; "), `start the stack anew: ${setup}`);
};

const ui: StackCheck = ({ seen, topic, topicExists }) => {
  const { address, topics } = seen.ui;
  if (!topics.ok) {
    return fail(
      `${address} does not answer: ${topics.error}`,
      `read its log: deno task logs kafka-ui; then ${setup}`,
    );
  }
  if (topics.value.includes(topic)) return ok(`${address} lists ${topic}`);
  return topicExists
    ? warn(
      `${address} does not list ${topic} yet`,
      "it reads the list every 30 s; look again: deno task verify",
    )
    : skip("no topic to list");
};

const all: readonly (readonly [name: string, check: StackCheck])[] = [
  ["containers", containers],
  ["restarts", restarts],
  ["part-a", partA],
  ["listeners", listeners],
  ["ui", ui],
];

/** Runs every check of the stack; one alone where the engine is silent. */
export function runStackChecks(
  compose: Result<ComposeSeen>,
  view: StackView,
): CheckResult[] {
  if (compose.ok) {
    const seen = compose.value;
    return all.map(([name, check]) => ({ name, ...check({ ...view, seen }) }));
  }
  const found = diagnose(compose.error);
  const why = found === undefined ? "" : `${found.cause}: `;
  return [{
    name: "containers",
    ...fail(
      `Docker does not answer: ${why}${compose.error}`,
      found?.next ?? "docker info says more",
    ),
  }];
}
