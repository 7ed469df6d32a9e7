import { assert, assertEquals } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { producerArgs } from "../../tasks/producer/producer_args.ts";
import { encryptKey } from "../harness/certificates.ts";
import { deno, task } from "../harness/clone.ts";
import { startProducer } from "../harness/producer.ts";
import { startSecureBroker, user } from "./secure_broker.ts";

/** Used as secrets; none may appear in anything visible from outside. */
const planted = {
  apiKey: "CG-plantedApiKey0123456789",
  password: "planted-Password-01234",
  keyPassword: "planted-Key-Password-567",
};

/** How a secret could appear: as it is, in base64, in a URL. */
function disguises(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const inPlain = new TextEncoder().encode(`\0${user.name}\0${secret}`);
  return [
    secret,
    bytes.toBase64(),
    inPlain.toBase64(),
    bytes.toHex(),
    encodeURIComponent(secret),
    [...secret].reverse().join(""),
  ];
}

/** The command line, which every user of the machine can read. */
async function commandLine(pid: number): Promise<string> {
  if (Deno.build.os !== "linux") return "";
  return await Deno.readTextFile(`/proc/${pid}/cmdline`);
}

Deno.test("no secret is exposed, whatever goes wrong", async (t) => {
  await using broker = await startSecureBroker();
  await using simulator = await startSimulator({
    cacheSeconds: 0.2,
    faults: [
      {
        kind: "status",
        status: 401,
        body: `{"status":{"error_code":10002,"error_message":"bad key"}}`,
        headers: { "content-type": "application/json" },
      },
      { kind: "status", status: 500 },
      { kind: "hang" },
    ],
  });
  const client = await broker.authority.issue({ name: "client" });
  const key = `${broker.dir}/encrypted.key`;
  await encryptKey(client.key, key, planted.keyPassword);
  const keyText = (await Deno.readTextFile(client.key)).split("\n")[1]!;
  const secrets = [...Object.values(planted), keyText].flatMap(disguises);

  const env = {
    CRYPTO_IDS: "bitcoin",
    COINGECKO_API_URL: simulator.url,
    COINGECKO_API_KEY: planted.apiKey,
    API_TIMEOUT_SECONDS: "0.5",
    LOG_LEVEL: "debug",
    KAFKA_SSL_CA_FILE: broker.authority.cert,
  };
  const sasl = (mechanism: string) => ({
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: user.name,
    KAFKA_SASL_PASSWORD: planted.password,
  });
  const certificate = {
    KAFKA_SSL_CERT_FILE: client.cert,
    KAFKA_SSL_KEY_FILE: key,
    KAFKA_SSL_KEY_PASSWORD: planted.keyPassword,
  };
  const cases: [string, Record<string, string>, string][] = [
    ["SCRAM", sasl("scram-sha-512"), broker.address("SECURE")],
    ["PLAIN", sasl("plain"), broker.address("SECURE")],
    [
      "PLAIN to a listener without users",
      { ...sasl("plain"), ...certificate },
      broker.address("MUTUAL"),
    ],
    [
      "everything to a port where nothing is listening",
      { ...sasl("plain"), ...certificate },
      "localhost:9",
    ],
  ];
  for (const [what, more, address] of cases) {
    await t.step(what, async () => {
      const settings = { ...env, ...more, KAFKA_BOOTSTRAP_SERVERS: address };
      await using producer = startProducer({ env: settings });
      const status = await producer.untilStatus(
        "trouble with Kafka, and with the API before",
        ({ waiting, ready, reasons }) =>
          waiting >= 3 && !ready && reasons.some((r) => r.includes("Kafka")),
      );
      assert(status.counters.samples >= 3);
      const seen: string[] = [await commandLine(producer.child.pid)];
      for (const path of ["/status", "/ready", "/metrics", "/live", "/x"]) {
        const response = await fetch(`http://${producer.admin}${path}`);
        seen.push(await response.text());
      }
      const check = await deno([...producerArgs, "--check"], settings);
      const verify = await task("verify", ["--json"], {
        ...settings,
        ADMIN_ADDRESS: producer.admin,
      });
      assertEquals(verify.code, 1, verify.stdout);
      for (const { stdout, stderr } of [check, verify]) {
        seen.push(stdout, stderr);
      }
      assertEquals(await producer.stop(), 0);
      seen.push(JSON.stringify(producer.lines), producer.stderr());
      assert(producer.lines.some(({ level }) => level === "DEBUG"));
      const text = seen.join("\n");
      // Proof that the search can find something: names are not secret.
      for (const known of ["KAFKA_SASL_USERNAME", user.name, "********"]) {
        assert(text.includes(known), `${known} is missing`);
      }
      const found = secrets.filter((secret) => text.includes(secret));
      assertEquals(found, []);
    });
  }
});
