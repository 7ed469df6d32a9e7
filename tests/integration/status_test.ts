import { assert, assertEquals, assertMatch } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { testDir } from "../harness/broker.ts";
import { type Env, task } from "../harness/clone.ts";
import { startProducer } from "../harness/producer.ts";

async function status(env: Env, ...args: string[]): Promise<string> {
  const ended = await task("status", ["--stack=native", ...args], env);
  assertEquals(ended.code, 0, ended.stderr);
  return ended.stdout;
}

Deno.test("`status` shows what waits, even after the producer was killed", async () => {
  await using dir = await testDir();
  await using simulator = await startSimulator();
  await using producer = startProducer({
    simulator,
    env: { CRYPTO_IDS: "bitcoin", STATE_DIR: dir.path },
  });
  await producer.untilStatus("5 waiting", ({ waiting }) => waiting >= 5);
  const env = { STATE_DIR: dir.path, ADMIN_ADDRESS: producer.admin };
  const line =
    /^outbox +(\d+) records wait for Kafka \(\d.* k?B\), the oldest for \d/m;
  const running = await status(env);
  assertMatch(running, /^producer .* NOT READY, pid/m);
  assertMatch(running, line);
  await producer.stop("SIGKILL");

  const killed = await status(env);
  assertMatch(killed, /^producer none found/m);
  const left = Number(line.exec(killed)?.[1]);
  assert(left >= Number(line.exec(running)?.[1]), killed);
  const { outbox, producer: none } = JSON.parse(await status(env, "--json"));
  assertEquals([outbox.depth, none], [left, null]);
  assertEquals(outbox.bytes > 0 && outbox.oldestAgeSeconds > 0, true);
});

Deno.test("`status` creates nothing where there is no outbox", async () => {
  await using dir = await testDir();
  const env = { STATE_DIR: dir.path, ADMIN_ADDRESS: "127.0.0.1:9" };
  assert(!(await status(env)).includes("outbox"));
  assertEquals(JSON.parse(await status(env, "--json")).outbox, null);
  assertEquals(Array.from(Deno.readDirSync(dir.path)), []);
});
