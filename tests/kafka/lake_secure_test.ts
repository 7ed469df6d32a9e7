import { assertEquals, assertStringIncludes } from "@std/assert";
import kafkajs from "kafkajs";
import { kafkaAccess } from "../../kafka/access.ts";
import { openKeys } from "../../kafka/open_keys.ts";
import { messageOf } from "../../lib/errors.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { FakeLake } from "../fakes/lake.ts";
import { withAdmin } from "../harness/consumer.ts";
import { until } from "../harness/until.ts";
import { follow } from "./lake_follower.ts";
import { type Listener, startSecureBroker, user } from "./secure_broker.ts";

const topic = "lake.secure";

Deno.test("the ingest reads over TLS and SASL, and names a wrong password", async () => {
  await using broker = await startSecureBroker();
  await withAdmin(
    broker.address("OPEN"),
    (admin) => admin.createTopics({ topics: [{ topic }] }),
  );
  const kafka = new kafkajs.Kafka({
    brokers: [broker.address("OPEN")],
    logLevel: 0,
  });
  const producer = kafka.producer({ allowAutoTopicCreation: true });
  await producer.connect();
  const values = ["a", "b", "c"];
  await producer.send({ topic, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
  const client = await broker.authority.issue({ name: "client" });
  const ca = { KAFKA_SSL_CA_FILE: broker.authority.cert };
  const sasl = (mechanism: string, password = user.password) => ({
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: user.name,
    KAFKA_SASL_PASSWORD: password,
  });
  const start = async (
    listener: Listener,
    settings: Record<string, string>,
    lake: FakeLake,
  ) => {
    const access = kafkaAccess(settings, (mistake) => {
      throw new Error(mistake);
    });
    const keys = await openKeys(access, realPorts.readText);
    const port = Number(broker.address(listener).split(":")[1]);
    return follow({ port, topic, ...keys === undefined ? {} : { keys } }, lake);
  };
  const ways: [Listener, Record<string, string>][] = [
    ["SECURE", { ...ca, ...sasl("scram-sha-512") }],
    ["SECURE", { ...ca, ...sasl("plain") }],
    ["CLEAR", sasl("scram-sha-256")],
    ["MUTUAL", {
      ...ca,
      KAFKA_SSL_CERT_FILE: client.cert,
      KAFKA_SSL_KEY_FILE: client.key,
    }],
  ];
  for (const [listener, settings] of ways) {
    const lake = new FakeLake();
    await using _follower = await start(listener, settings, lake);
    await until(`records through ${listener}`, () => lake.rows.length === 3);
    assertEquals(lake.payloads(), values);
  }
  const lake = new FakeLake();
  const wrong = { ...ca, ...sasl("scram-sha-512", "wrong") };
  await using follower = await start("SECURE", wrong, lake);
  const failed = await until(
    "it is refused",
    () => follower.events.find(({ kind }) => kind === "failed"),
  );
  const reason = failed.kind === "failed" ? messageOf(failed.error) : "";
  assertStringIncludes(reason, `the brokers refuse the user "${user.name}"`);
});
