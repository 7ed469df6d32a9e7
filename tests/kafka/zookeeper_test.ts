import { assertEquals, assertStringIncludes } from "@std/assert";
import { isServing } from "../../tasks/host/ports.ts";
import { producerArgs } from "../../tasks/producer/producer_args.ts";
import {
  javaArguments,
  log4jProperties,
} from "../../tasks/stack/native/broker_properties.ts";
import { testDir } from "../harness/broker.ts";
import { deno } from "../harness/clone.ts";
import { javaProgram } from "../harness/node.ts";
import { freePort } from "../harness/ports.ts";
import { startProducer } from "../harness/producer.ts";
import { until } from "../harness/until.ts";

Deno.test("ZooKeeper behind the broker's address is named", async () => {
  await using folder = await testDir();
  const dir = folder.path;
  const port = freePort();
  const log4jFile = `${dir}/log4j.properties`;
  await Deno.writeTextFile(log4jFile, log4jProperties(`${dir}/zookeeper.log`));
  const settings = [
    `dataDir=${dir}/data`,
    `clientPort=${port}`,
    "clientPortAddress=127.0.0.1",
    "admin.enableServer=false",
  ];
  await Deno.writeTextFile(`${dir}/zoo.cfg`, settings.join("\n") + "\n");
  // The archive is the broker's.
  const { java, archive: _, ...parts } = await javaProgram();
  const zookeeper = new Deno.Command(java, {
    args: javaArguments(
      { ...parts, archive: undefined, log4jFile },
      "org.apache.zookeeper.server.quorum.QuorumPeerMain",
      [`${dir}/zoo.cfg`],
    ),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await until(
      "ZooKeeper serves",
      async () => await isServing(port) || undefined,
      90_000,
    );
    const bootstrap = `127.0.0.1:${port}`;
    const words = `${bootstrap} is ZooKeeper, not a Kafka broker`;
    await using producer = startProducer({ broker: { bootstrap } });
    await producer.untilStatus(
      words,
      ({ reasons }) => reasons.some((reason) => reason.includes(words)),
    );
    const env = { KAFKA_BOOTSTRAP_SERVERS: bootstrap };
    const check = await deno([...producerArgs, "--check"], env);
    assertStringIncludes(check.stderr, words);
    assertEquals(check.code, 1);
  } finally {
    zookeeper.kill("SIGKILL");
    await zookeeper.status;
  }
});
