/**
 * `deno task demo`: everything at once in a throw-away place.
 *
 * @module
 */

import { producerArgs } from "./producer/producer_args.ts";
import type { Configured } from "../producer/config/settings.ts";
import type { Source } from "../producer/sources/source.ts";
import { CommandError } from "../lib/errors.ts";
import { projectDir } from "../lib/project.ts";
import { createKafkaClient } from "../kafka/client.ts";
import { accessSettings } from "../producer/config/settings_table.ts";
import { listenForStop } from "../lib/stop_signals.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { readConfigAndSource } from "./cli/read_config.ts";
import { dockerKafka } from "./demo/docker_kafka.ts";
import { chooseDemo, lookAtMachine } from "./demo/demo_kafka.ts";
import { nativeKafka } from "./demo/native_kafka.ts";
import { makePlace, type Place } from "./demo/sandbox.ts";
import { priceTable } from "./demo/price_table.ts";
import { chooseKind } from "./stack/choice/choose_stack.ts";
import { freePort } from "./stack/native/native_stack.ts";
import type { StackKind } from "./stack/stack.ts";
import { progress, result } from "./cli/print.ts";
import { ensureTopic } from "./stack/ensure_topic.ts";
import { startSimulator } from "./simulator/simulator_server.ts";
import { runChecks } from "./verify/checks.ts";
import { noneFailed } from "./verify/finding.ts";
import { parseEnvelope } from "./verify/record_contract.ts";
import { observe } from "./verify/observe.ts";
import { askProducer } from "./producer/producer_status.ts";
import { table } from "./verify/verify_report.ts";
import type { Target } from "./verify/verify_target.ts";

const samples = 3;
const intervalSeconds = 1;
const liveTimeoutMs = 3_000;
// More than the 30 s that a producer may rest after a failure.
const samplesTimeoutMs = 90_000;
const proofTimeoutMs = 30_000;

/** Thrown to unwind after Ctrl-C. */
class Stopped extends Error {}

async function isLive(source: Source): Promise<boolean> {
  return (await source.poll(AbortSignal.timeout(liveTimeoutMs))).ok;
}

function sayWhy(simulated: boolean): void {
  if (!simulated) {
    progress("Prices: live, from CoinGecko.");
    return;
  }
  progress("Prices: CoinGecko is out of reach from here.");
  progress("  ATTENTION: a local SIMULATOR serves made-up prices instead.");
}

function startProducer(
  place: Place,
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...producerArgs],
    cwd: projectDir,
    env: { ...env },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  place.own(child.pid, child.status);
  return child;
}

async function waitForSamples(
  admin: string,
  producer: Deno.ChildProcess,
  stop: AbortSignal,
): Promise<void> {
  let ended = false;
  producer.status.then(() => ended = true);
  const deadline = performance.now() + samplesTimeoutMs;
  while (true) {
    if (stop.aborted) throw new Stopped();
    const seen = await askProducer(admin);
    if (seen.ok && seen.value.published >= samples) return;
    if (ended || performance.now() > deadline) {
      throw new CommandError(
        `the producer ${ended ? "ended" : "published too little"}`,
        "its log lines above name the cause",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function proveAndShow(
  configured: Configured,
  target: Target,
  stop: AbortSignal,
): Promise<boolean> {
  const client = createKafkaClient({
    brokers: configured.config.brokers,
    clientId: "crypto-demo",
  });
  const deadline = performance.now() + proofTimeoutMs;
  let seen, results;
  // A machine that is busy starting all this may answer a look too late.
  do {
    if (stop.aborted) throw new Stopped();
    seen = await observe(configured, client, target);
    results = runChecks(seen);
  } while (!noneFailed(results) && performance.now() < deadline);
  table(results).forEach((line) => result(line));
  const newest = seen.records.at(-1);
  const verdict = newest && parseEnvelope(newest);
  if (verdict?.ok) {
    result("");
    priceTable(verdict.value).forEach((line) => result(line));
  }
  return noneFailed(results);
}

async function demo(
  kind: StackKind,
  place: Place,
  stop: AbortSignal,
): Promise<number> {
  const { config, source } = readConfigAndSource();
  const kafka = kind === "native"
    ? nativeKafka(place, stop)
    : dockerKafka(place, stop);
  const { port } = kafka;
  const adminPort = freePort();
  const live = isLive(source);
  await kafka.start((line) => {
    if (!stop.aborted) progress(line);
  });
  if (stop.aborted) throw new Stopped();
  await ensureTopic(config, port);
  if (stop.aborted) throw new Stopped();
  const simulated = !await live;
  sayWhy(simulated);
  await using simulator = simulated
    ? await startSimulator({ cacheSeconds: 1, seed: String(Date.now()) })
    : undefined;
  const producer = startProducer(place, {
    KAFKA_BOOTSTRAP_SERVERS: `localhost:${port}`,
    // This broker has no TLS and no users, whatever .env says of another.
    ...Object.fromEntries(accessSettings.map((name) => [name, ""])),
    API_INTERVAL_SECONDS: String(intervalSeconds),
    STATE_DIR: place.folder,
    ADMIN_ADDRESS: `127.0.0.1:${adminPort}`,
    LOG_FORMAT: "text",
    ...simulator === undefined ? {} : {
      SOURCE: "coingecko",
      COINGECKO_API_URL: simulator.url,
      COINGECKO_API_KEY: "",
      COINGECKO_API_KEY_FILE: "",
      COINGECKO_API_PLAN: "",
      SOURCE_SYSTEM: "coingecko_simulator",
    },
  });
  await waitForSamples(`127.0.0.1:${adminPort}`, producer, stop);
  const well = await proveAndShow(
    {
      source,
      config: {
        ...config,
        brokers: [{ host: "localhost", port }],
        admin: { host: "127.0.0.1", port: adminPort },
        intervalMs: intervalSeconds * 1000,
      },
    },
    kafka.target,
    stop,
  );
  producer.kill("SIGTERM");
  await producer.status;
  await kafka.stop();
  return well ? 0 : 1;
}

const command: Command = {
  name: "demo",
  help: `Everything at once in a throw-away place: a real Kafka on a free port,
the producer, three samples, the proof, the newest prices. Needs Java 17 and,
once, Maven; or Docker with Compose. Leaves nothing behind.

Usage: deno task demo [--stack=native|compose]

  --stack=KIND  native: Kafka as a Java process (default, where Java is)
                compose: ZooKeeper, Kafka and Kafka UI in containers`,
  flags: { string: ["stack"] },
  async run(flags) {
    const word = flags.value("stack");
    const asked = word === undefined ? undefined : chooseKind(word, undefined);
    const kind = chooseDemo(asked, await lookAtMachine());
    // Listened for first: a Ctrl-C between the two would leave the place.
    const stop = listenForStop(() => {
      place.clear().finally(() => Deno.exit(130));
    });
    const place = makePlace();
    const interrupted = Promise.withResolvers<never>();
    stop.addEventListener("abort", () => interrupted.reject(new Stopped()));
    try {
      // A Ctrl-C need not wait for the step under way: clearing ends it.
      const work = demo(kind, place, stop);
      place.during(work);
      const code = await Promise.race([work, interrupted.promise]);
      if (code === 0) {
        progress("");
        progress("That was a throw-away Kafka. To keep one:");
        progress(
          `  deno task setup${kind === "native" ? " --stack=native" : ""}`,
        );
        progress("  deno task produce");
        progress("  deno task verify --wait=60s");
      }
      return code;
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      progress("demo: stopped; nothing is left behind");
      return 130;
    } finally {
      await place.clear();
    }
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
