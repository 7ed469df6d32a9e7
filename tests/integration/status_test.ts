import { assert, assertEquals, assertMatch } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { testDir } from "../harness/broker.ts";
import { startProducer } from "../harness/producer.ts";
import { projectDir } from "../../lib/project.ts";

async function status(env: Record<string, string>, ...args: string[]) {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tasks", "tasks/status.ts", "--stack=native"].concat(
      args,
    ),
    cwd: projectDir,
    env,
  }).output();
  assertEquals(code, 0);
  return new TextDecoder().decode(stdout);
}

Deno.test("`status` tells what waits, also after the producer was killed", async () => {
  await using dir = await testDir();
  await using simulator = await startSimulator();
  await using producer = startProducer({
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9",
    COINGECKO_API_URL: simulator.url,
    CRYPTO_IDS: "bitcoin",
    STATE_DIR: dir.path,
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
  assertMatch(killed, /^producer none answers/m);
  const left = Number(line.exec(killed)?.[1]);
  assert(left >= Number(line.exec(running)?.[1]), killed);
  const { outbox, producer: none } = JSON.parse(await status(env, "--json"));
  assertEquals([outbox.depth, none], [left, null]);
  assertEquals(outbox.bytes > 0 && outbox.oldestAgeSeconds > 0, true);
});

Deno.test("`status` makes nothing where there is no outbox", async () => {
  await using dir = await testDir();
  const env = { STATE_DIR: dir.path, ADMIN_ADDRESS: "127.0.0.1:9" };
  assert(!(await status(env)).includes("outbox"));
  assertEquals(JSON.parse(await status(env, "--json")).outbox, null);
  assertEquals(Array.from(Deno.readDirSync(dir.path)), []);
});
