import { assert, assertEquals } from "@std/assert";
import { formatAddress } from "../../lib/address.ts";
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startBroker, testDir } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";
import { startProducer, type Status } from "../harness/producer.ts";
import { projectDir } from "../../lib/project.ts";
import { settle } from "../harness/settle.ts";
import { until } from "../harness/until.ts";

const decoder = new TextDecoder();

/**
 * A producer whose output goes into a pipe that is full from the start: not
 * even its first line gets through until the test reads.
 */
async function startHeld(env: Record<string, string>) {
  const dir = await testDir();
  const admin = formatAddress({ host: "127.0.0.1", port: freePort() });
  const producer = ["run", "-q", "-P=producer", "producer/main.ts"];
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      'head -c 10000000 /dev/zero & sleep 0.5; exec "$0" "$@"',
      Deno.execPath(),
      ...producer,
    ],
    cwd: projectDir,
    env: {
      STATE_DIR: dir.path,
      ADMIN_ADDRESS: admin,
      LOG_FORMAT: "json",
      API_INTERVAL_SECONDS: "0.1",
      SOURCE_SYSTEM: "coingecko_simulator",
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  const look = async () =>
    await (await fetch(`http://${admin}/status`, {
      signal: AbortSignal.timeout(2_000),
    })).json() as Status;
  return {
    child,
    untilStatus: (what: string, good: (status: Status) => boolean) =>
      until(what, async () => {
        const seen = await look().catch(() => undefined);
        return seen !== undefined && good(seen) ? seen : undefined;
      }),
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGKILL");
      await child.status;
      if (!child.stdout.locked) await child.stdout.cancel();
      await dir[Symbol.asyncDispose]();
    },
  };
}

Deno.test("an unread log blocks neither the polls nor the stop", async () => {
  await using held = await startHeld({
    KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${freePort()}`,
    COINGECKO_API_URL: `http://127.0.0.1:${freePort()}/api/v3`,
  });
  await held.untilStatus(
    "polls go on",
    ({ counters }) => (counters.failures.network ?? 0) >= 8,
  );
  const begun = performance.now();
  held.child.kill("SIGTERM");
  assertEquals((await held.child.status).code, 0);
  const tookMs = performance.now() - begun;
  assert(tookMs < 9_000, `it took ${tookMs} ms to stop`);
});

Deno.test("a log that is read late is complete, with its last line", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator({ cacheSeconds: 0.1 });
  await using held = await startHeld({
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
    COINGECKO_API_URL: simulator.url,
    CRYPTO_IDS: "bitcoin",
  });
  await held.untilStatus(
    "records reach Kafka",
    ({ counters }) => counters.published >= 10,
  );
  let text = "";
  const reading = (async () => {
    for await (const part of held.child.stdout) {
      text += decoder.decode(part).replaceAll("\0", "");
    }
  })();
  await until("the first line", () => text.includes("\n"));
  await settle(held, simulator);
  held.child.kill("SIGTERM");
  assertEquals((await held.child.status).code, 0);
  await reading;
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  const of = (message: string) =>
    lines.filter((line) => line.message === message);
  const count = Number(lines.at(-1).published);
  assertEquals(lines[0].message, "started");
  assertEquals(lines.at(-1).message, "stopped");
  assert(count >= 10);
  assertEquals(
    of("polled").map(({ sequence }) => sequence),
    Array.from({ length: count }, (_, index) => index + 1),
  );
  const published = of("published").map(({ records }) => Number(records ?? 1));
  assertEquals(published.reduce((sum, records) => sum + records, 0), count);
});

Deno.test("a log reader that exits ends the producer without an error", async () => {
  await using dir = await testDir();
  const child = new Deno.Command("sh", {
    args: [
      "-c",
      '{ "$0" "$@"; echo "code $?" >&2; } | head -n 1',
      Deno.execPath(),
      ...["run", "-q", "-P=producer", "producer/main.ts"],
    ],
    cwd: projectDir,
    env: {
      STATE_DIR: dir.path,
      ADMIN_ADDRESS: "off",
      LOG_FORMAT: "json",
      API_INTERVAL_SECONDS: "0.2",
      KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${freePort()}`,
      COINGECKO_API_URL: `http://127.0.0.1:${freePort()}/api/v3`,
    },
    stdin: "null",
  });
  const { stdout, stderr } = await child.output();
  assertEquals(JSON.parse(decoder.decode(stdout)).message, "started");
  assertEquals(decoder.decode(stderr), "code 0\n");
});

Deno.test("a failing API is polled less and less often, and the reasons say so", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator({
    faults: [{ kind: "status", status: 503, times: 6, after: 1 }],
  });
  await using producer = startProducer({
    broker,
    simulator,
    env: { CRYPTO_IDS: "bitcoin" },
  });
  const { reasons } = await producer.untilStatus(
    "the backoff",
    ({ reasons }) => reasons.some((reason) => reason.includes("in 8 after")),
  );
  assert(reasons[0]?.includes("HTTP 503"), reasons.join("; "));
  assertEquals(await producer.statusOf("/ready"), 503);
  await producer.untilStatus(
    "the recovery",
    ({ ready, counters }) => ready && counters.published >= 4,
  );
  assertEquals(await producer.stop(), 0);
  const slots = producer.lines.filter(({ message }) =>
    /^poll(ed|\sfailed)/.test(String(message))
  ).map(({ slot }) => Number(slot));
  // The slot after a failure may be later than requested, never earlier.
  const apart = slots.slice(1, 8).map((slot, index) => slot - slots[index]!);
  const least = [1, 1, 1, 2, 4, 8, 8];
  assert(apart.every((n, index) => n >= least[index]!), apart.join());
});

Deno.test("a plan that is too small for the polls is a warning at the start", async () => {
  await using producer = startProducer({
    broker: { bootstrap: `127.0.0.1:${freePort()}` },
    env: {
      COINGECKO_API_URL: `http://127.0.0.1:${freePort()}/api/v3`,
      COINGECKO_API_KEY: "CG-planted",
      API_INTERVAL_SECONDS: "30",
    },
  });
  const line = await until(
    "the warning",
    () =>
      producer.lines.find(({ message }) =>
        message === "the source cannot serve the configured polls"
      ),
  );
  assertEquals(line.level, "WARN");
  assert(String(line.reason).includes("API_INTERVAL_SECONDS=268"));
  assertEquals(await producer.stop(), 0);
  assert(!JSON.stringify(producer.lines).includes("CG-planted"));
});
