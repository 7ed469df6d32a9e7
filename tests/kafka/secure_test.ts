import { assertEquals } from "@std/assert";
import kafkajs from "kafkajs";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { encryptKey, makeAuthority } from "../harness/certificates.ts";
import { task } from "../harness/clone.ts";
import { type RunningProducer, startProducer } from "../harness/producer.ts";
import { assertAllThere } from "./all_there.ts";
import { type SecureBroker, startSecureBroker, user } from "./secure_broker.ts";

const common = { CRYPTO_IDS: "bitcoin,ethereum", KAFKA_TOPIC: "prices" };

function inTopic(broker: SecureBroker, topic = "prices") {
  return { bootstrap: broker.address("OPEN"), topic };
}

function untilRefused(
  { untilStatus }: RunningProducer,
  part: string,
  count = 3,
) {
  return untilStatus(
    part,
    ({ ready, waiting, reasons }) =>
      !ready && waiting >= count &&
      reasons.some((reason) => reason.includes(part)),
  );
}

Deno.test("records flow over TLS and SASL, and `verify` gets in too", async (t) => {
  await using broker = await startSecureBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  const client = await broker.authority.issue({ name: "client" });
  const key = `${broker.dir}/encrypted.key`;
  await encryptKey(client.key, key, "sesame");
  await Deno.writeTextFile(`${broker.dir}/password`, `${user.password}\n`);
  await Deno.writeTextFile(`${broker.dir}/key-password`, "sesame\n");
  const ca = { KAFKA_SSL_CA_FILE: broker.authority.cert };
  const sasl = (mechanism: string) => ({
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: user.name,
    KAFKA_SASL_PASSWORD_FILE: `${broker.dir}/password`,
  });
  const ways: [string, Record<string, string>][] = [
    ["SECURE", { ...ca, ...sasl("scram-sha-512") }],
    ["SECURE", { ...ca, ...sasl("scram-sha-256") }],
    ["SECURE", { ...ca, ...sasl("plain") }],
    ["CLEAR", sasl("plain")],
    ["MUTUAL", {
      ...ca,
      KAFKA_SSL_CERT_FILE: client.cert,
      KAFKA_SSL_KEY_FILE: key,
      KAFKA_SSL_KEY_PASSWORD_FILE: `${broker.dir}/key-password`,
    }],
  ];
  for (const [index, [listener, access]] of ways.entries()) {
    const mechanism = access.KAFKA_SASL_MECHANISM ?? "a client certificate";
    await t.step(`${listener} by ${mechanism}`, async () => {
      const topic = `prices-${index}`;
      const env = {
        ...common,
        ...access,
        KAFKA_TOPIC: topic,
        KAFKA_BOOTSTRAP_SERVERS: broker.address(
          listener as Parameters<typeof broker.address>[0],
        ),
        COINGECKO_API_URL: simulator.url,
      };
      await using producer = startProducer({ env });
      await producer.untilStatus(
        "4 records",
        ({ ready, counters }) => ready && counters.published >= 4,
      );
      if (index === 0) {
        const { code, stdout, stderr } = await task("verify", ["--json"], {
          ...env,
          ADMIN_ADDRESS: producer.admin,
          API_INTERVAL_SECONDS: "0.2",
        });
        assertEquals(code, 0, stdout + stderr);
      }
      await assertAllThere(producer, simulator, inTopic(broker, topic));
      const warned = producer.lines.filter(({ message }) =>
        String(message).includes("sends the password in plain text")
      );
      assertEquals(warned.length, listener === "CLEAR" ? 1 : 0);
    });
  }
});

Deno.test("a wrong password loses nothing and can be put right without a restart", async () => {
  await using broker = await startSecureBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  const password = `${broker.dir}/password`;
  await Deno.writeTextFile(password, "wrong");
  await using producer = startProducer({
    broker: { bootstrap: broker.address("SECURE") },
    simulator,
    env: {
      ...common,
      KAFKA_SSL_CA_FILE: broker.authority.cert,
      KAFKA_SASL_MECHANISM: "scram-sha-512",
      KAFKA_SASL_USERNAME: user.name,
      KAFKA_SASL_PASSWORD_FILE: password,
    },
  });
  const refusal = `check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD_FILE`;
  await untilRefused(producer, refusal);
  assertEquals(await producer.statusOf("/ready"), 503);
  await Deno.writeTextFile(password, user.password);
  await producer.untilSent();

  // The same once more, with a producer that has an identity to keep.
  await Deno.writeTextFile(password, "wrong again");
  await broker.kill();
  await broker.restart();
  await untilRefused(producer, refusal, 0);
  await Deno.remove(password);
  await producer.untilStatus(
    "the missing file",
    ({ reasons }) =>
      reasons.some((reason) => reason.includes("file not found")),
  );
  await Deno.writeTextFile(password, user.password);
  await producer.untilSent();
  await assertAllThere(producer, simulator, inTopic(broker));
});

Deno.test("a wrong authority is named, and can be put right without a restart", async () => {
  await using broker = await startSecureBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  const stranger = await makeAuthority(broker.dir, "stranger");
  const ca = `${broker.dir}/trusted.pem`;
  await Deno.copyFile(stranger.cert, ca);
  await using producer = startProducer({
    broker: { bootstrap: broker.address("SECURE") },
    simulator,
    env: {
      ...common,
      KAFKA_SSL_CA_FILE: ca,
      KAFKA_SASL_MECHANISM: "scram-sha-256",
      KAFKA_SASL_USERNAME: user.name,
      KAFKA_SASL_PASSWORD: user.password,
    },
  });
  await untilRefused(producer, `check KAFKA_SSL_CA_FILE "${ca}"`);
  // Both, as during a change of authorities.
  const both = await Promise.all(
    [stranger.cert, broker.authority.cert].map((path) =>
      Deno.readTextFile(path)
    ),
  );
  await Deno.writeTextFile(ca, both.join(""));
  await producer.untilSent();
  await assertAllThere(producer, simulator, inTopic(broker));
});

Deno.test("a user without the permission keeps its records until it has it", async () => {
  await using broker = await startSecureBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  const { Kafka, logLevel, ...names } = kafkajs;
  const admin = new Kafka({
    brokers: [broker.address("OPEN")],
    logLevel: logLevel.NOTHING,
  }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: "prices" }] });
  const { TOPIC, CLUSTER } = names.AclResourceTypes;
  const { ALL, READ, WRITE } = names.AclOperationTypes;
  const rule = (
    principal: string,
    resourceType: number,
    operation: number,
  ) => ({
    resourceType,
    resourceName: resourceType === CLUSTER ? "kafka-cluster" : "prices",
    resourcePatternType: names.ResourcePatternTypes.LITERAL,
    principal,
    host: "*",
    operation,
    permissionType: names.AclPermissionTypes.ALLOW,
  });
  // Once a rule speaks of a thing, everyone else is out.
  await admin.createAcls({
    acl: [rule("User:bob", TOPIC, ALL), rule("User:bob", CLUSTER, ALL)],
  });
  await using producer = startProducer({
    broker: { bootstrap: broker.address("CLEAR") },
    simulator,
    env: {
      ...common,
      KAFKA_SASL_MECHANISM: "plain",
      KAFKA_SASL_USERNAME: user.name,
      KAFKA_SASL_PASSWORD: user.password,
    },
  });
  await untilRefused(producer, `the user "${user.name}" may not`);
  const alice = `User:${user.name}`;
  await admin.createAcls({
    acl: [rule(alice, TOPIC, WRITE), rule(alice, TOPIC, READ)],
  });
  await producer.untilSent();
  await admin.disconnect();
  await assertAllThere(producer, simulator, inTopic(broker));
});
