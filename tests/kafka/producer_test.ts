import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startBroker, testDir } from "../harness/broker.ts";
import { consume } from "../harness/consumer.ts";
import { startProducer } from "../harness/producer.ts";
import { stopSettled } from "../harness/settle.ts";
import { until } from "../harness/until.ts";

const coins = "bitcoin,ethereum,cardano";
const topic = "crypto.prices.raw";

Deno.test("the producer writes what the API served, byte for byte, in order", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.5 });
  await using producer = startProducer({
    broker,
    simulator,
    env: { CRYPTO_IDS: coins },
  });
  // The topic does not exist: the producer creates it.
  await producer.untilPublished(8);
  await until("/ready", async () => await producer.statusOf("/ready") === 200);
  assertEquals(await producer.statusOf("/live"), 200);
  const { published, samples, lost } = await stopSettled(producer, simulator);
  assertEquals([lost, published], [0, samples]);
  const records = await consume(broker.bootstrap, topic, published);
  const served = simulator.requests.filter(({ path, outcome }) =>
    path === "/simple/price" && outcome === "whole"
  ).map(({ body }) => body);
  assertEquals(
    records.map(({ value }) => /"data":(\{.*\}),"api_call/.exec(value)?.[1]),
    served.slice(0, records.length),
  );
  assertEquals(
    records.map(({ headers }) => Number(headers.sequence)),
    records.map((_, index) => index + 1),
  );
  for (const { key, headers, value, timestamp } of records) {
    const envelope = JSON.parse(value);
    assertEquals(key, "coingecko_simulator");
    assertEquals(`${envelope.api_call_timestamp}Z`, headers.ce_time);
    assertEquals(Date.parse(headers.ce_time!), Number(timestamp));
  }
  const offsets = producer.lines.filter((line) => line.message === "published")
    .flatMap(({ offset, records = 1 }) =>
      Array.from(
        { length: Number(records) },
        (_, index) => String(Number(offset) - Number(records) + 1 + index),
      )
    );
  assertEquals(offsets, records.map(({ offset }) => offset));
  assertEquals(producer.stderr(), "", "no warning of Deno or kafkajs");
});

Deno.test("failing responses make no record and never end the producer", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator({
    faults: [
      {
        kind: "status",
        status: 401,
        body: '{"status":{"error_code":10002}}',
        headers: { "content-type": "application/json" },
      },
      { kind: "status", status: 500 },
      { kind: "body", body: "<html>busy</html>", contentType: "text/html" },
      { kind: "body", body: "" },
      { kind: "body", body: '{"status":{"error_code":10005}}' },
      { kind: "truncate", bytes: 20 },
      { kind: "endless" },
      { kind: "endless", gzip: true },
      { kind: "hang" },
      {
        kind: "status",
        status: 302,
        headers: { location: "http://127.0.0.1:1/" },
      },
      { kind: "status", status: 429, headers: { "retry-after": "1" } },
    ],
  });
  await using producer = startProducer({
    broker,
    simulator,
    env: {
      API_INTERVAL_SECONDS: "0.1",
      API_TIMEOUT_SECONDS: "10",
      CRYPTO_IDS: coins,
    },
  });
  const { counters } = await producer.untilPublished(2);
  const { failures } = counters;
  assertEquals(failures.key, 2);
  assertEquals(failures.http_status, 1);
  assertEquals(failures.not_json, 2);
  assertEquals(failures.too_large, 2);
  assertEquals(failures.timeout, 1);
  assertEquals(failures.redirect, 1);
  assertEquals(failures.rate_limit, 1);
  assertEquals(failures.network, 1);
  const limited = simulator.requests.findIndex(({ status }) => status === 429);
  const apart = simulator.requests[limited + 1]!.atMs -
    simulator.requests[limited]!.atMs;
  assert(apart >= 1000, `polled again ${apart} ms after Retry-After: 1`);
  const { published } = await stopSettled(producer, simulator);
  const records = await consume(broker.bootstrap, topic, published);
  assertEquals(records.length, published);
});

const misuse: [string, Record<string, string>, string[], string][] = [
  ["an unknown flag", {}, ["--nope"], "unknown argument --nope"],
  ["a negative interval", {}, ["--api-interval-seconds=-1"], 'is "-1"'],
  ["no coins", { CRYPTO_IDS: "" }, [], "at least one item"],
  [
    "an API elsewhere",
    { COINGECKO_API_URL: "https://api.example.com/api/v3" },
    [],
    'add "api.example.com:443" to permissions.producer.net in deno.json',
  ],
  [
    "a broker elsewhere",
    { KAFKA_BOOTSTRAP_SERVERS: "kafka.example.com:9092" },
    [],
    'add "kafka.example.com:9092"',
  ],
  [
    "a state folder elsewhere",
    { STATE_DIR: "/var/tmp/x" },
    [],
    "permissions.producer.write",
  ],
  ["an unknown source", { SOURCE: "nope" }, [], "expected coingecko"],
];

for (const [name, env, args, part] of misuse) {
  Deno.test(`${name} is exit code 2 and one line, no stack trace`, async () => {
    await using producer = startProducer({ env, args });
    assertEquals((await producer.child.status).code, 2);
    await producer.stop();
    const stderr = producer.stderr();
    assertStringIncludes(stderr, part);
    assert(stderr.trim().split("\n").length <= 2, stderr);
    assert(!/^\s+at /m.test(stderr), stderr);
  });
}

Deno.test("the producer's permission set denies what it does not list", async () => {
  const attempts: Record<string, string> = {
    host: "await fetch('https://example.com/')",
    socket: "await Deno.connect({ hostname: '10.0.0.1', port: 9092 })",
    variable: "Deno.env.get('HOME')",
    file: "Deno.readTextFileSync('deno.json')",
    write: "Deno.writeTextFileSync('x', '')",
    subprocess: "await new Deno.Command('true').output()",
    ffi: "Deno.dlopen('libc.so.6', {})",
    sys: "Deno.hostname()",
  };
  const code = Object.entries(attempts).map(([name, attempt]) =>
    `try { ${attempt}; console.log("${name} DONE"); } ` +
    `catch (e) { console.log("${name}", e.name); }`
  ).join("\n");
  await using dir = await testDir();
  const script = `${dir.path}/attempts.ts`;
  await Deno.writeTextFile(script, code);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=producer", script],
    cwd: new URL("../../", import.meta.url),
  }).output();
  assertEquals(
    new TextDecoder().decode(stdout).trim().split("\n"),
    Object.keys(attempts).map((name) => `${name} NotCapable`),
  );
});
