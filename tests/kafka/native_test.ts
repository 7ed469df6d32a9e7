import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { createKafkaClient } from "../../kafka/client.ts";
import type { TopicAdmin } from "../../kafka/topic_admin.ts";
import { topicSpec } from "../../kafka/topic_spec.ts";
import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";
import { isServing } from "../../tasks/host/ports.ts";
import { readRecord } from "../../tasks/stack/native/native_state.ts";
import type { Stack } from "../../tasks/stack/stack.ts";
import { startBroker, testDir } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

function quiet() {}

async function stateOf(stack: Stack): Promise<string | undefined> {
  const [kafka] = await stack.status();
  return kafka?.state;
}

/** Retries until Kafka responds: its port opens before it is fully up. */
function asked<T>(
  port: number,
  question: (admin: TopicAdmin) => Promise<T>,
): Promise<T> {
  const brokers = [{ host: "localhost", port }];
  return until("Kafka answers", async () => {
    try {
      const client = createKafkaClient({ brokers, clientId: "test" });
      const admin = await client.openAdmin();
      try {
        return await question(admin);
      } finally {
        await admin.close();
      }
    } catch {
      return undefined;
    }
  });
}

const spec = topicSpec({
  name: "kept",
  partitions: 1,
  replicationFactor: 1,
  minInsyncReplicas: 1,
});

async function makeTopic(port: number): Promise<void> {
  await asked(port, (admin) => admin.ensureTopic(spec));
}

async function untilKept(port: number): Promise<void> {
  await asked(port, (admin) => admin.describeTopic(spec.name));
}

Deno.test("`up()` is idempotent, `stop()` keeps data, `destroy()` does not", async () => {
  await using broker = await startBroker();
  const { stack, port } = broker;
  assertEquals(await stateOf(stack), "running");
  const pid = await broker.pid();
  await stack.up(quiet);
  assertEquals(await broker.pid(), pid);
  await makeTopic(port);

  assertEquals(await stack.stop(quiet), true);
  assertEquals(await stack.stop(quiet), false);
  assertEquals(await stateOf(stack), "stopped");
  await stack.up(quiet);
  await untilKept(port);

  assertEquals(await stack.destroy(quiet), true);
  assertEquals(await stack.destroy(quiet), false);
  assertEquals(await isServing(port), false);
  const left = await Array.fromAsync(Deno.readDir(broker.dir));
  assertEquals(left.map(({ name }) => name), ["native.lock"]);
});

Deno.test("`up()` starts a broker again that was killed", async () => {
  await using broker = await startBroker();
  const before = await broker.pid();
  await broker.kill("SIGKILL");
  const [kafka] = await broker.stack.status();
  assertEquals(kafka?.state, "failed");
  assertEquals(kafka?.detail, `pid ${before} exited without being stopped`);
  const lines: string[] = [];
  await broker.stack.up((line) => lines.push(line));
  assertEquals(lines[0], `Kafka (pid ${before}) exited without being stopped`);
  assertEquals(await stateOf(broker.stack), "running");
});

Deno.test("`up()` lets a paused broker go on, `stop()` ends one", async () => {
  await using broker = await startBroker();
  const paused = async () => {
    const [kafka] = await broker.stack.status();
    return kafka?.detail.includes("SIGSTOP") === true;
  };
  const pid = await broker.pid();
  await broker.kill("SIGSTOP");
  await until("the broker is paused", paused);
  await broker.stack.up(quiet);
  assertEquals(await stateOf(broker.stack), "running");
  assertEquals(await broker.pid(), pid);
  await broker.kill("SIGSTOP");
  await until("the broker is paused", paused);
  assertEquals(await broker.stack.stop(quiet), true);
});

Deno.test("`up()` moves the broker to another port with its data", async () => {
  await using broker = await startBroker();
  await makeTopic(broker.port);
  const port = freePort();
  const moved = createNativeStack({ stateDir: `${broker.dir}/native`, port });
  const lines: string[] = [];
  await moved.up((line) => lines.push(line));
  assert(lines.includes(`Moving Kafka from port ${broker.port} to ${port}`));
  assertEquals(await isServing(broker.port), false);
  await untilKept(port);
});

Deno.test("`up()` twice at once starts one broker", async () => {
  await using dir = await testDir();
  const stateDir = `${dir.path}/native`;
  const pids: number[] = [];
  const onStart = (pid: number) => pids.push(pid);
  const stack = createNativeStack({ stateDir, port: freePort(), onStart });
  const lines: string[] = [];
  const progress = (line: string) => lines.push(line);
  await Promise.all([stack.up(progress), stack.up(progress)]);
  assertEquals(pids.length, 1);
  assert(lines.includes("Waiting for another command that changes the broker"));
  await stack.destroy(quiet);
});

Deno.test("no other process is mistaken for the broker (a reused pid)", async () => {
  await using dir = await testDir();
  const stateDir = `${dir.path}/native`;
  const port = freePort();
  const stack = createNativeStack({ stateDir, port });
  const stranger = new Deno.Command("sleep", { args: ["600"] }).spawn();
  try {
    await Deno.mkdir(stateDir);
    const process = { pid: stranger.pid, started: "1" };
    const record = { port, controllerPort: freePort(), jars: "x", process };
    const write = () =>
      Deno.writeTextFile(`${stateDir}/broker.json`, JSON.stringify(record));
    await write();
    assertEquals(await stateOf(stack), "failed");
    assertEquals(await stack.stop(quiet), false);
    await write();
    await stack.up(quiet);
    const now = readRecord(`${stateDir}/broker.json`);
    assert(now?.process?.pid !== stranger.pid);
    await stack.destroy(quiet);
    // Still recorded, so that this signal reaches it.
    stranger.kill("SIGTERM");
    assertEquals((await stranger.status).signal, "SIGTERM");
  } finally {
    await stack.destroy(quiet);
  }
});

Deno.test("`up()` names the owner of an occupied port", async () => {
  await using dir = await testDir();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const stack = createNativeStack({ stateDir: `${dir.path}/native`, port });
  const error = await assertRejects(
    () => stack.up(quiet),
    CommandError,
    `port ${port} must be free for Kafka: its owner is pid ${Deno.pid} (deno`,
  );
  assert(/KAFKA_HOST_PORT=\d+ deno task setup/.test(error.next));
  assertEquals(await stateOf(stack), "stopped");
});

Deno.test("`up()` shows why a broker exits while starting", async () => {
  await using broker = await startBroker();
  await broker.stack.stop(quiet);
  const file = `${broker.dir}/native/data/meta.properties`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace("node.id=1", "node.id=7"));
  const lines: string[] = [];
  const error = await assertRejects(
    () => broker.stack.up((line) => lines.push(line)),
    CommandError,
    "with exit code 1 while starting: the data folder belongs to another",
  );
  assert(error.next.includes("start over: deno task destroy"));
  assert(lines.some((line) => line.includes("node")));
  assertEquals(await stateOf(broker.stack), "failed");
});

Deno.test("a broker that a killed setup did not come to record is found", async () => {
  await using broker = await startBroker();
  const { stack, dir } = broker;
  const pid = await broker.pid();
  const path = `${dir}/native/broker.json`;
  const forget = async () => {
    const { process: _, ...record } = readRecord(path)!;
    await Deno.writeTextFile(
      path,
      JSON.stringify({ ...record, starting: true }),
    );
  };
  await forget();
  assertEquals(await stateOf(stack), "running");
  await stack.up(quiet);
  assertEquals(readRecord(path)?.process?.pid, pid);
  await forget();
  assertEquals((await stack.belongings()).removed, [
    `process    Kafka, pid ${pid}`,
    `folder     ${dir}/native`,
  ]);
  assertEquals(await stack.stop(quiet), true);
  assertEquals(await stateOf(stack), "stopped");
  assertEquals(await isServing(broker.port), false);
});

Deno.test("`destroy()` cleans up after a broker that was killed", async () => {
  await using broker = await startBroker();
  await broker.kill("SIGKILL");
  assertEquals(await broker.stack.destroy(quiet), true);
});
