// `lake verify` beside a lake that is running, or is not, on a real broker.

import { assertEquals, assertMatch } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { type ProcessResult, start } from "../../tasks/host/run_process.ts";
import { lakeArgs } from "../../tasks/lake/run_lake.ts";
import { startBroker } from "../harness/broker.ts";
import { task } from "../harness/clone.ts";
import { withAdmin } from "../harness/consumer.ts";
import { lake, sendMessages } from "../harness/lake_command.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

const topic = "lake.lag";

interface Report {
  readonly checks: {
    name: string;
    verdict: string;
    detail: string;
    next?: string;
  }[];
}

function checkIn({ stdout }: ProcessResult, name: string) {
  const { checks }: Report = JSON.parse(stdout);
  return checks.find((check) => check.name === `lake ${name}`);
}

Deno.test("`lake verify` fails where old records wait and no lake takes them, and only there", async () => {
  await using broker = await startBroker();
  const { bootstrap } = broker;
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: bootstrap,
    KAFKA_TOPIC: topic,
    LAKE_DIR: `${broker.dir}/lake`,
    LAKE_ADDRESS: `127.0.0.1:${freePort()}`,
    ADMIN_ADDRESS: "off",
  };
  await withAdmin(
    bootstrap,
    (admin) => admin.createTopics({ topics: [{ topic, numPartitions: 2 }] }),
  );
  const send = (partition: number, ms: number) =>
    sendMessages(bootstrap, topic, [{
      partition,
      value: "x",
      timestamp: String(ms),
    }]);
  // Old records, so that no pause of this machine makes a young one old.
  const oldMs = Date.now() - 3_600_000;
  const youngMs = Date.now() + 3_600_000;
  await send(0, oldMs);
  assertEquals((await lake(["run", "--once"], env)).code, 0);
  const sound = await lake(["verify", "--json"], env);
  assertEquals(sound.code, 0, sound.stdout);
  assertEquals(checkIn(sound, "lag")?.detail, "0 records wait for the lake");
  assertEquals(checkIn(sound, "freshness")?.verdict, "warn");
  assertMatch(checkIn(sound, "freshness")?.next ?? "", /deno task produce/);

  await send(0, youngMs);
  const waiting = await lake(["verify", "--json"], env);
  assertEquals(waiting.code, 0, waiting.stdout);
  assertMatch(
    checkIn(waiting, "lag")?.detail ?? "",
    /^1 record waits .* 0.0 s/,
  );

  await send(1, oldMs);
  const dead = await lake(["verify", "--json"], env);
  assertEquals(dead.code, 1, dead.stdout);
  const lag = checkIn(dead, "lag");
  assertEquals(lag?.verdict, "fail");
  assertMatch(
    lag?.detail ?? "",
    /^2 records of the topic .*, the oldest for \d+ min, and no lake run answers/,
  );
  assertMatch(lag?.next ?? "", /deno task lake run/);
  assertEquals(checkIn(dead, "freshness")?.next, lag?.next);
  // The stream is sound: its next `lake run` fetches them.
  const whole = checkIn(await task("verify", ["--json"], env), "lag");
  assertEquals([whole?.verdict, whole?.next], ["warn", lag?.next]);
  const off = await lake(["verify", "--json"], { ...env, LAKE_ADDRESS: "off" });
  assertEquals(off.code, 0, off.stdout);
  assertEquals(checkIn(off, "lag")?.verdict, "warn");

  const running = start(Deno.execPath(), [...await lakeArgs()], {
    cwd: projectDir,
    env,
  });
  await until("the lake has all", async () => {
    const found = checkIn(await lake(["verify", "--json"], env), "lag");
    return found?.verdict === "ok" && found.detail.startsWith("0 records");
  });
  running.kill("SIGTERM");
  assertEquals((await running.ended).code, 0);
});
