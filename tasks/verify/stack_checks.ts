// The checks of a Compose stack: each a pure function of what was observed.

import { diagnose, type Diagnosis } from "../diagnosis/diagnose.ts";
import {
  type ContainerSeen,
  partANames,
  runsWell,
  wasStopped,
} from "../docker/container.ts";
import { serviceFacts } from "../stack/services.ts";
import {
  type CheckResult,
  fail,
  type Finding,
  ok,
  skip,
  warn,
} from "./finding.ts";
import type { Observations } from "./observations.ts";
import type { ListenerAnswer } from "./probe/ask_listener.ts";
import { insideListeners, type StackObservation } from "./stack_observation.ts";

const setup = "deno task setup";
const recentMs = 5 * 60_000;

function stateOf({ name, status, health, end }: ContainerSeen): string {
  if (status === "running") return `${name} is ${health}`;
  const code = status === "exited" ? ` (exit code ${end.exitCode})` : "";
  return `${name} is ${status}${code}`;
}

function causeOf(
  { service, end, status }: ContainerSeen,
  logs: StackObservation["logs"],
): Diagnosis | undefined {
  const ended = status === "running" ? undefined : diagnose(end);
  return ended ?? diagnose(logs[service] ?? "");
}

function kafkaOf({ containers }: StackObservation): ContainerSeen | undefined {
  return containers.find(({ service }) => service === "kafka");
}

function expectedServices(stack: StackObservation): readonly string[] {
  const isKraft = kafkaOf(stack)?.env.KAFKA_PROCESS_ROLES !== undefined;
  // The producer has a check of its own; what a profile adds may be absent.
  return serviceFacts.filter(({ name, profile }) =>
    profile === undefined
      ? name !== "crypto-producer" && !(isKraft && name === "zookeeper")
      : stack.containers.some(({ service }) => service === name)
  ).map(({ name }) => name);
}

function checkContainers(stack: StackObservation): Finding {
  const services = expectedServices(stack);
  const byService = new Map(stack.containers.map((one) => [one.service, one]));
  const missing = services.filter((service) => !byService.has(service));
  if (missing.length > 0) {
    return fail(`no container for ${missing.join(", ")}`, setup);
  }
  const all = services.flatMap((service) => byService.get(service) ?? []);
  const bad = all.find((one) => !runsWell(one));
  if (bad === undefined) {
    return ok(`${all.map(({ name }) => name).join(", ")} are healthy`);
  }
  if (wasStopped(bad)) return fail(`${bad.name} was stopped`, setup);
  const found = causeOf(bad, stack.logs);
  const cause = found === undefined ? "" : `: ${found.cause}`;
  const { complaint } = bad;
  const words = complaint === "" ? "" : `; its health check: ${complaint}`;
  const next = bad.status === "running" && bad.health === "starting"
    ? "wait for it: deno task verify --wait=60s"
    : `read its log: deno task logs ${bad.service}; then ${setup}`;
  return fail(stateOf(bad) + cause + words, found?.next ?? next);
}

function checkRestarts(
  { containers }: StackObservation,
  { nowMs }: Observations,
): Finding {
  if (containers.length === 0) return skip("no containers to check");
  const restarted = containers.filter(({ restarts }) => restarts > 0);
  if (restarted.length === 0) return ok("none");
  const list = restarted.map(({ name, restarts, startedMs }) => {
    const minutes = Math.max(0, Math.round((nowMs - startedMs) / 60_000));
    return `${name} ${restarts}, the last ${minutes} min ago`;
  }).join("; ");
  const recent = restarted.find((one) => nowMs - one.startedMs < recentMs);
  return recent === undefined
    ? ok(list)
    : warn(list, `find the cause: deno task logs ${recent.service}`);
}

function checkPartA(stack: StackObservation): Finding {
  if (stack.standalone) return skip("standalone: not on PART-A's network");
  const shared = new Set(kafkaOf(stack)?.networks ?? []);
  const problems = partANames.flatMap((name) => {
    const container = stack.partA.find((one) => one.name === name);
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
}

function listenerProblem({ listener, brokers }: ListenerAnswer): string[] {
  if (!brokers.ok) return [`${listener}: ${brokers.error}`];
  const addresses = brokers.value.map(({ host, port }) => `${host}:${port}`);
  return addresses.length === 1 && addresses[0] === listener
    ? []
    : [`${listener} advertises ${addresses.join(", ") || "no broker"}`];
}

function checkListeners(stack: StackObservation): Finding {
  const { outside, inside } = stack;
  if (kafkaOf(stack)?.status !== "running") return skip("Kafka does not run");
  const again = `bring the stack up again: ${setup}`;
  if (!inside.ok) {
    return fail(
      `the probe on the Docker network failed: ${inside.error}`,
      diagnose(inside.error)?.next ?? again,
    );
  }
  const problems = [outside, ...inside.value].flatMap(listenerProblem);
  return problems.length === 0
    ? ok(`${[outside.listener, ...insideListeners].join(", ")} respond`)
    : fail(problems.join("; "), again);
}

function checkUi(
  { ui: { address, topics } }: StackObservation,
  { spec, topic }: Observations,
): Finding {
  if (!topics.ok) {
    return fail(
      `${address} does not respond: ${topics.error}`,
      `read its log: deno task logs kafka-ui; then ${setup}`,
    );
  }
  const { name } = spec;
  if (topics.value.includes(name)) return ok(`${address} lists ${name}`);
  return topic.ok && topic.value !== undefined
    ? warn(
      `${address} does not list ${name} yet`,
      "it refreshes the list every 30 s; check again: deno task verify",
    )
    : skip("no topic to list");
}

const checks: Readonly<
  Record<string, (stack: StackObservation, observed: Observations) => Finding>
> = {
  containers: checkContainers,
  restarts: checkRestarts,
  "part-a": checkPartA,
  listeners: checkListeners,
  ui: checkUi,
};

/** Runs every check of the stack; a single one where Docker does not respond. */
export function runStackChecks(observed: Observations): CheckResult[] {
  const { compose: stack } = observed;
  if (stack === undefined) return [];
  if (stack.ok) {
    return Object.entries(checks)
      .map(([name, check]) => ({ name, ...check(stack.value, observed) }));
  }
  const found = diagnose(stack.error);
  const cause = found === undefined ? "" : `${found.cause}: `;
  return [{
    name: "containers",
    ...fail(
      `Docker does not respond: ${cause}${stack.error}`,
      found?.next ?? "check Docker: docker info",
    ),
  }];
}
