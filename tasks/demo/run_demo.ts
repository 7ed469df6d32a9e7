// The steps of the demo: Kafka, the topic, the producer, the proof.

import { createKafkaClient } from "../../kafka/client.ts";
import { delay } from "../../lib/clock.ts";
import { CommandError } from "../../lib/errors.ts";
import { realPorts } from "../../lib/merge_settings.ts";
import { attempt } from "../../lib/result.ts";
import { projectDir } from "../../lib/project.ts";
import type { Configured } from "../../producer/config/settings.ts";
import { accessSettings } from "../../producer/config/settings_table.ts";
import type { Source } from "../../producer/sources/source.ts";
import { progress, result } from "../cli/print.ts";
import { readConfigAndSource } from "../cli/read_config.ts";
import { start, type StartedProcess } from "../host/run_process.ts";
import { producerArgs, trustVariables } from "../producer/producer_args.ts";
import { askProducer } from "../../lib/producer_status.ts";
import { lakeArgs } from "../lake/run_lake.ts";
import { startSimulator } from "../simulator/simulator_server.ts";
import { ensureTopic } from "../stack/ensure_topic.ts";
import { freePort } from "../host/ports.ts";
import type { StackKind } from "../stack/stack.ts";
import { runChecks } from "../verify/checks.ts";
import { noneFailed } from "../verify/finding.ts";
import { observe } from "../verify/observe.ts";
import { parseEnvelope } from "../verify/record_contract.ts";
import { table } from "../verify/verify_report.ts";
import type { Target } from "../verify/verify_target.ts";
import { startDemoLake } from "./demo_lake.ts";
import { dockerKafka } from "./docker_kafka.ts";
import { nativeKafka } from "./native_kafka.ts";
import { ownedRun } from "./owned_run.ts";
import { priceTable } from "./price_table.ts";
import type { Sandbox } from "./sandbox.ts";

const minSamples = 3;
const intervalSeconds = 1;
const pollTimeoutMs = 3_000;
// More than the 30 s that a producer may back off after a failure.
const samplesTimeoutMs = 90_000;
const proofTimeoutMs = 30_000;

async function isReachable(source: Source): Promise<boolean> {
  try {
    return (await source.poll(AbortSignal.timeout(pollTimeoutMs))).ok;
  } catch {
    return false;
  }
}

function reportSource(isLive: boolean): void {
  if (isLive) return progress("Prices: live, from CoinGecko.");
  progress("Prices: CoinGecko cannot be reached from here.");
  progress("  ATTENTION: a local SIMULATOR serves made-up prices instead.");
}

async function waitForSamples(
  address: string,
  producer: StartedProcess,
  stop: AbortSignal,
): Promise<void> {
  let ended = false;
  producer.ended.then(() => ended = true);
  const deadline = performance.now() + samplesTimeoutMs;
  while (true) {
    stop.throwIfAborted();
    const status = await askProducer(address);
    if (status.ok && status.value.published >= minSamples) return;
    if (ended || performance.now() > deadline) {
      throw new CommandError(
        ended
          ? "the producer ended"
          : `the producer published fewer than ${minSamples} records within ` +
            `${samplesTimeoutMs / 1000} s`,
        "see its log lines above for the cause",
      );
    }
    await delay(100);
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
  let observed, results;
  // A machine that is busy starting all this may respond too late at first.
  do {
    stop.throwIfAborted();
    observed = await observe(configured, client, target);
    results = runChecks(observed);
  } while (!noneFailed(results) && performance.now() < deadline);
  table(results).forEach((line) => result(line));
  const newest = observed.records.at(-1);
  const coins = newest && parseEnvelope(newest);
  if (coins?.ok) {
    result("");
    priceTable(coins.value).forEach((line) => result(line));
  }
  return noneFailed(results);
}

/** How the demo ends. */
export interface DemoOptions {
  /** Ends it at once. */
  readonly stop: AbortSignal;
  /** Shows the lake's page until the user has seen it; none is shown without. */
  readonly showPage?: (url: string) => Promise<void>;
}

/**
 * Runs the demo; returns whether data flowed. What it throws after `stop` is
 * not an error.
 *
 * @throws {CommandError} when a step fails, or a page is to be shown and there
 * is no lake.
 */
export async function runDemo(
  kind: StackKind,
  sandbox: Sandbox,
  { stop, showPage }: DemoOptions,
): Promise<boolean> {
  const { config, source } = readConfigAndSource();
  const createKafka = kind === "native" ? nativeKafka : dockerKafka;
  const kafka = createKafka(sandbox, stop);
  const admin = { host: "127.0.0.1", port: freePort() };
  const adminAddress = `${admin.host}:${admin.port}`;
  const reachable = isReachable(source);
  // Once, it is fetched while Kafka starts. Where it cannot be had, prices and
  // proof are still worth showing.
  const engine = attempt(() => lakeArgs(ownedRun(sandbox, stop)));
  await kafka.start((line) => {
    if (!stop.aborted) progress(line);
  });
  stop.throwIfAborted();
  await ensureTopic(config, kafka.port);
  stop.throwIfAborted();
  const isLive = await reachable;
  reportSource(isLive);
  await using simulator = isLive
    ? undefined
    : await startSimulator({ cacheSeconds: 1, seed: String(Date.now()) });
  let isShown = false;
  const producer = start(Deno.execPath(), producerArgs, {
    cwd: projectDir,
    env: {
      ...trustVariables(realPorts),
      KAFKA_BOOTSTRAP_SERVERS: `localhost:${kafka.port}`,
      // This broker has no TLS and no users, whatever .env has for another.
      ...Object.fromEntries(accessSettings.map((name) => [name, ""])),
      API_INTERVAL_SECONDS: String(intervalSeconds),
      STATE_DIR: sandbox.folder,
      ADMIN_ADDRESS: adminAddress,
      LOG_FORMAT: "text",
      ...simulator === undefined ? {} : {
        SOURCE: "coingecko",
        COINGECKO_API_URL: simulator.url,
        COINGECKO_API_KEY: "",
        COINGECKO_API_KEY_FILE: "",
        COINGECKO_API_PLAN: "",
        SOURCE_SYSTEM: "coingecko_simulator",
      },
    },
    // Its lines would hide the page's address.
    ...showPage === undefined ? { output: "inherit" } : {
      output: "capture",
      onLine: (line) => isShown || result(line),
    },
    onStart: sandbox.own,
  });
  const args = await engine;
  stop.throwIfAborted();
  const lake = args.ok
    ? startDemoLake(sandbox, {
      port: kafka.port,
      admin: adminAddress,
    }, args.value)
    : undefined;
  await waitForSamples(adminAddress, producer, stop);
  const flows = await proveAndShow(
    {
      source,
      config: {
        ...config,
        brokers: [{ host: "localhost", port: kafka.port }],
        admin,
        intervalMs: intervalSeconds * 1000,
      },
    },
    kafka.target,
    stop,
  );
  result("");
  const lines = lake === undefined
    ? args
    : await attempt(() => lake.report(stop));
  stop.throwIfAborted();
  if (lines.ok && lake !== undefined) lines.value.forEach((it) => result(it));
  else if (!lines.ok) progress(`The lake is left out: ${lines.error}`);
  if (showPage !== undefined && flows) {
    if (lake === undefined || !lines.ok) {
      throw new CommandError(
        "there is no page without the lake",
        "see above why it is left out",
      );
    }
    isShown = true;
    await showPage(lake.url);
  }
  await lake?.end();
  producer.kill("SIGTERM");
  await producer.ended;
  await kafka.stop();
  return flows;
}
