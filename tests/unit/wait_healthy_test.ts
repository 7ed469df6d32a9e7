import { assertEquals, assertStringIncludes } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  judge,
  waitForHealth,
} from "../../tasks/stack/compose/wait_healthy.ts";
import type { ContainerSeen } from "../../tasks/docker/container.ts";
import { container } from "../fakes/stack.ts";

function ended(exitCode: number, error = "", oomKilled = false) {
  return ({ end: { exitCode, error, oomKilled } });
}

Deno.test("`judge()` distinguishes what may recover from what has failed", () => {
  const cases: [Partial<ContainerSeen>, string][] = [
    [{}, "healthy"],
    [{ health: "none" }, "healthy"],
    [{ health: "starting" }, "wait"],
    [{ status: "created", health: "none" }, "wait"],
    [{ status: "created", ...ended(128, "port is allocated") }, "failed"],
    [{ status: "restarting", restarts: 1 }, "wait"],
    [{ status: "restarting", restarts: 3 }, "failed"],
    [{ status: "restarting", restarts: 1, health: "unhealthy" }, "wait"],
    [{ status: "exited", ...ended(1) }, "failed"],
    [{ health: "unhealthy" }, "failed"],
  ];
  for (const [changes, word] of cases) {
    assertEquals(judge(container("kafka", changes)), word);
  }
  assertEquals(judge(undefined), "wait");
});

/** Waits for Kafka while it passes through these states, a second each. */
async function watchKafka(
  states: readonly Partial<ContainerSeen>[],
  log = "",
  live = false,
) {
  const lines: string[] = [];
  let seconds = 0;
  const state = () => states[Math.min(seconds, states.length - 1)];
  const done = waitForHealth({ services: ["kafka"], deadlineMs: 10_000 }, {
    inspect: () =>
      Promise.resolve(states.length > 0 ? [container("kafka", state())] : []),
    logsOf: () => Promise.resolve(log),
    isLive: () => Promise.resolve(live),
    progress: (line) => lines.push(line),
    now: () => seconds * 1000,
    sleep: () => Promise.resolve(void seconds++),
  });
  return { error: await done.then(() => undefined, (error) => error), lines };
}

Deno.test("`waitForHealth()` waits, and reports when a service is healthy", async () => {
  const { error, lines } = await watchKafka([
    { status: "created", health: "none" },
    { health: "starting" },
    {},
  ]);
  assertEquals(error, undefined);
  assertEquals(lines, ["  kafka           healthy, after 2.0 s"]);
});

Deno.test("`waitForHealth()` probes a container whose health check is far off", async () => {
  const { error, lines } = await watchKafka([{ health: "starting" }], "", true);
  assertEquals([error, lines.length], [undefined, 1]);
});

Deno.test("`waitForHealth()` shows the log, the cause and the fix", async () => {
  const log = "java.lang.RuntimeException: Invalid cluster.id in: " +
    "/var/lib/kafka/data/meta.properties. Expected A, but read B\n" +
    "\tat kafka.server.KafkaServer.startup(KafkaServer.scala:1)\n";
  const { error, lines } = await watchKafka(
    [{ status: "exited", ...ended(1) }],
    log,
  );
  if (!(error instanceof CommandError)) throw error;
  assertStringIncludes(error.message, "kafka does not start: ");
  assertStringIncludes(error.next, "deno task destroy");
  assertEquals(lines.length, 1, "a stack trace names no cause");
});

Deno.test("`waitForHealth()` shows what the health check itself says", async () => {
  const complaint = "wget: server returned error: HTTP/1.1 403 Forbidden";
  const unhealthy = { health: "unhealthy", complaint };
  const alone = await watchKafka([unhealthy]);
  assertEquals(
    alone.error.message,
    `kafka is unhealthy: its health check says: ${complaint}`,
  );
  const log = "java.lang.OutOfMemoryError: Java heap space";
  const { error, lines } = await watchKafka([unhealthy], log);
  assertStringIncludes(error.message, "memory limit");
  assertEquals(lines.at(-1), `  its health check says: ${complaint}`);
});

Deno.test("`waitForHealth()` waits while ZooKeeper still has Kafka's registration", async () => {
  const log = "KeeperErrorCode = NodeExists for /brokers/ids/1";
  const { error, lines } = await watchKafka(
    [{ status: "restarting", restarts: 4 }, {}],
    `org.apache.zookeeper.KeeperException$NodeExistsException: ${log}`,
  );
  assertEquals(error, undefined);
  assertStringIncludes(lines[0] ?? "", "ZooKeeper still has its registration");
});

Deno.test("`waitForHealth()` ends at its deadline, with the next step", async () => {
  const { error } = await watchKafka([{ health: "starting" }]);
  if (!(error instanceof CommandError)) throw error;
  assertStringIncludes(error.message, "not healthy within 10 s");
  assertStringIncludes(error.next, "deno task logs kafka");
  const missing = (await watchKafka([])).error;
  assertStringIncludes(missing.message, "kafka is not healthy within 10 s");
});
