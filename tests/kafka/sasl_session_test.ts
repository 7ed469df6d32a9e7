import { assertEquals } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { type RunningProducer, startProducer } from "../harness/producer.ts";
import { assertAllThere } from "./all_there.ts";
import { startSecureBroker, user } from "./secure_broker.ts";

const common = {
  CRYPTO_IDS: "bitcoin,ethereum",
  KAFKA_SASL_USERNAME: user.name,
  KAFKA_SASL_PASSWORD: user.password,
};

function sessionsOf(ms: number) {
  return { "connections.max.reauth.ms": ms };
}

/** Why Kafka did not accept records, but that the topic was missing at first. */
function causesOf({ lines }: RunningProducer): string[] {
  return lines.filter(({ level, message }) =>
    level === "WARN" && String(message).startsWith("Kafka does not accept")
  ).map(({ reason }) => String(reason))
    .filter((reason) => !reason.includes("does not host this topic"));
}

Deno.test("sessions of two seconds are renewed, by every mechanism and without loss", async (t) => {
  await using broker = await startSecureBroker(sessionsOf(2_000));
  await using simulator = await startSimulator({ cacheSeconds: 0.1 });
  for (const mechanism of ["plain", "scram-sha-256", "scram-sha-512"]) {
    await t.step(mechanism, async () => {
      const topic = `prices-${mechanism}`;
      await using producer = startProducer({
        broker: { bootstrap: broker.address("CLEAR") },
        simulator,
        env: {
          ...common,
          KAFKA_TOPIC: topic,
          KAFKA_SASL_MECHANISM: mechanism,
          API_INTERVAL_SECONDS: "0.1",
        },
      });
      // More than three sessions.
      await producer.untilSent(70);
      const bootstrap = broker.address("OPEN");
      await assertAllThere(producer, simulator, { bootstrap, topic });
      assertEquals(causesOf(producer), []);
    });
  }
});

Deno.test("a session that is too short to be renewed is named, and loses nothing", async () => {
  await using broker = await startSecureBroker(sessionsOf(300));
  await using simulator = await startSimulator({ cacheSeconds: 0.1 });
  await using producer = startProducer({
    broker: { bootstrap: broker.address("SECURE") },
    simulator,
    env: {
      ...common,
      KAFKA_TOPIC: "prices",
      KAFKA_SSL_CA_FILE: broker.authority.cert,
      KAFKA_SASL_MECHANISM: "scram-sha-512",
      API_INTERVAL_SECONDS: "0.1",
    },
  });
  await producer.untilPublished(20);
  const bootstrap = broker.address("OPEN");
  await assertAllThere(producer, simulator, { bootstrap, topic: "prices" });
  const unnamed = causesOf(producer)
    .filter((cause) => !cause.includes("connections.max.reauth.ms"));
  assertEquals(unnamed, []);
});
