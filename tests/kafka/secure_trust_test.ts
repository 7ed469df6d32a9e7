import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { makeAuthority } from "../harness/certificates.ts";
import { startProducer } from "../harness/producer.ts";
import { startSecureBroker } from "./secure_broker.ts";

const common = { CRYPTO_IDS: "bitcoin,ethereum", KAFKA_TOPIC: "prices" };

Deno.test("mistrust on either side is reported at once", async (t) => {
  await using broker = await startSecureBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  const stranger = await makeAuthority(broker.dir, "stranger");
  const expired = await broker.authority.issue({
    name: "expired-client",
    expired: true,
  });
  const unknown = await stranger.issue({ name: "unknown-client" });
  const certificate = (pair: { cert: string; key: string }) => ({
    KAFKA_SSL_CERT_FILE: pair.cert,
    KAFKA_SSL_KEY_FILE: pair.key,
  });
  const cases: [
    string,
    Parameters<typeof broker.address>[0],
    Record<string, string>,
    string,
  ][] = [
    ["an expired broker", "EXPIRED", {}, "has expired"],
    ["another host's broker", "OTHER", {}, "is for other names"],
    ["no client certificate", "MUTUAL", {}, "require a client certificate"],
    [
      "an expired client certificate",
      "MUTUAL",
      certificate(expired),
      "refuse the client certificate",
    ],
    [
      "an unknown client certificate",
      "MUTUAL",
      certificate(unknown),
      `check KAFKA_SSL_CERT_FILE "${unknown.cert}"`,
    ],
    ["a listener with users", "SECURE", {}, "(KAFKA_SASL_MECHANISM)"],
    ["a listener without TLS", "OPEN", {}, "(KAFKA_SSL)"],
  ];
  for (const [what, listener, env, part] of cases) {
    await t.step(what, async () => {
      await using producer = startProducer({
        broker: { bootstrap: broker.address(listener) },
        simulator,
        env: { ...common, KAFKA_SSL_CA_FILE: broker.authority.cert, ...env },
      });
      const { reasons } = await producer.untilStatus(
        part,
        ({ ready, waiting, reasons }) =>
          !ready && waiting >= 1 && reasons.some((r) => r.includes(part)),
      );
      assert(reasons.length > 0);
      assertEquals(await producer.statusOf("/live"), 200);
      await producer.stop();
      const warning = producer.lines.find(({ message }) =>
        String(message).startsWith("Kafka does not accept records")
      );
      assertEquals(warning?.level, "WARN");
      assertStringIncludes(String(warning?.reason), part);
    });
  }
});
