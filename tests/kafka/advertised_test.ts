import { assertEquals, assertStringIncludes } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { producerArgs } from "../../tasks/producer/producer_args.ts";
import { testDir } from "../harness/broker.ts";
import { deno, task } from "../harness/clone.ts";
import { answers, startLittleServer } from "../harness/little_servers.ts";
import { makeNode, nodeSettings } from "../harness/node.ts";
import { freePort } from "../harness/ports.ts";
import { startProducer } from "../harness/producer.ts";

Deno.test("an advertised address out of reach is distinguished from a dead broker", async (t) => {
  await using folder = await testDir();
  await using http = await startLittleServer({
    onConnection: answers((text) =>
      text === "" ? undefined : "HTTP/1.1 400\r\n"
    ),
  });
  const nothing = freePort();
  /** Each listener advertises what it should not. */
  const listeners: Readonly<Record<string, readonly [string, string]>> = {
    // In the producer's permission set, for a container.
    NAME: ["kafka:29092", "a name that does not resolve here"],
    PORT: [`localhost:${nothing}`, "where nothing is listening"],
    OTHER: [`127.0.0.1:${http.address.port}`, "which is an HTTP server"],
  };
  const names = Object.keys(listeners);
  const ports = new Map(names.map((name) => [name, freePort()]));
  const open = freePort();
  const controller = freePort();
  await using node = await makeNode({
    dir: folder.path,
    port: open,
    settings: {
      ...nodeSettings,
      "controller.quorum.voters": `1@127.0.0.1:${controller}`,
      "listeners": [
        `PLAINTEXT://127.0.0.1:${open}`,
        ...names.map((name) => `${name}://127.0.0.1:${ports.get(name)}`),
        `CONTROLLER://127.0.0.1:${controller}`,
      ].join(","),
      "advertised.listeners": [
        `PLAINTEXT://localhost:${open}`,
        ...names.map((name) => `${name}://${listeners[name]?.[0]}`),
      ].join(","),
      "listener.security.protocol.map": [
        ...["PLAINTEXT", ...names, "CONTROLLER"].map((name) =>
          `${name}:PLAINTEXT`
        ),
      ].join(","),
    },
  });
  node.start();
  await node.serving();
  await using simulator = await startSimulator({ cacheSeconds: 0.2 });
  for (const [name, [advertised, why]] of Object.entries(listeners)) {
    await t.step(name, async () => {
      const bootstrap = `127.0.0.1:${ports.get(name)}`;
      const words = `the broker at ${bootstrap} answers, but advertises ` +
        `${advertised}, ${why}`;
      const env = { KAFKA_BOOTSTRAP_SERVERS: bootstrap };
      await using producer = startProducer({
        broker: { bootstrap },
        simulator,
        env: { CRYPTO_IDS: "bitcoin" },
      });
      await producer.untilStatus(
        words,
        ({ ready, reasons }) =>
          !ready && reasons.some((reason) => reason.includes(words)),
      );
      const warning = producer.lines.find(({ level, reason }) =>
        level === "WARN" && String(reason).includes(words)
      );
      assertStringIncludes(
        String(warning?.reason),
        "KAFKA_ADVERTISED_LISTENERS",
      );
      const check = await deno([...producerArgs, "--check"], env);
      assertStringIncludes(check.stderr, words);
      assertStringIncludes(check.stderr, "Next: set KAFKA_BOOTSTRAP_SERVERS");
      assertEquals(check.code, 1);
      const verify = await task("verify", ["--json"], {
        ...env,
        ADMIN_ADDRESS: producer.admin,
      });
      assertStringIncludes(verify.stdout, words);
      assertEquals(verify.code, 1);
    });
  }

  await t.step("the controller's listener", async () => {
    const env = { KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${controller}` };
    const check = await deno([...producerArgs, "--check"], env);
    assertStringIncludes(check.stderr, "is the listener of a KRaft controller");
    assertEquals(check.code, 1);
  });

  await t.step("a listener that is right", async () => {
    const env = { KAFKA_BOOTSTRAP_SERVERS: `localhost:${open}` };
    const check = await deno([...producerArgs, "--check"], env);
    assertEquals(check.code, 0, check.stderr);
  });

  await t.step("a dead broker", async () => {
    await node.kill("SIGKILL");
    const env = { KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${ports.get("PORT")}` };
    const check = await deno([...producerArgs, "--check"], env);
    assertStringIncludes(check.stderr, "warning: Kafka does not respond");
    assertEquals(check.code, 0);
  });
});
