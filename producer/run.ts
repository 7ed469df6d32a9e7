// One producer from its start to its end: makes the parts and joins them.

import { describeConfig } from "./config/args.ts";
import { type Clock, delay } from "../lib/clock.ts";
import type { Config } from "./config/config.ts";
import type { Configured } from "./config/settings.ts";
import type { Origin } from "./envelope.ts";
import { CommandError, messageOf } from "../lib/errors.ts";
import { formatAddress } from "../lib/address.ts";
import { healthHandler } from "./health/health_handler.ts";
import { accessWarnings } from "../kafka/access.ts";
import type { KafkaKeys } from "../kafka/credentials.ts";
import { createLineQueue, type LineQueue } from "../lib/line_queue.ts";
import { createLog, formatLine, type Log } from "../lib/log.ts";
import { openOutbox } from "./outbox/open_outbox.ts";
import { lockState } from "./state_lock.ts";
import { brokerCheck } from "../kafka/broker_check.ts";
import { hasPermission } from "../lib/needs.ts";
import { createPoll } from "./poll.ts";
import { thisProcess } from "../lib/process_info.ts";
import type { Publisher, PublisherOptions } from "./publisher_options.ts";
import { runSchedule } from "./schedule.ts";
import { listenForStop } from "../lib/stop_signals.ts";
import { topicSpec } from "../kafka/topic_spec.ts";
import { Stats } from "./health/stats.ts";
import type { OutboxState } from "./outbox/outbox.ts";

/** How long a stop waits for the last sends. */
const sendTimeoutMs = 1_000;

/** How long a stop takes at most, from its signal to the last log line. */
const stopTimeoutMs = 1_300;

/** Log lines that may wait for a slow reader, in bytes. */
const maxLogBytes = 256 * 1024;

function openLog(
  config: Config,
  stats: Stats,
  leftMs: () => number,
): { readonly log: Log; readonly lines: LineQueue } {
  const terminal = Deno.stdout.isTerminal();
  const format = config.logFormat === "auto"
    ? (terminal ? "text" : "json")
    : config.logFormat;
  const color = terminal && !Deno.env.get("NO_COLOR");
  const style = { format, level: config.logLevel, color };
  const lines = createLineQueue({
    stream: Deno.stdout,
    maxBytes: maxLogBytes,
    flushTimeoutMs: leftMs,
    noteOf: (dropped) => {
      const message = "log lines dropped: stdout was not being read";
      return formatLine(style, {
        time: new Date(),
        level: "WARN",
        message,
        fields: { dropped },
      });
    },
    onDrop: () => stats.logLineDropped(),
  });
  return { log: createLog(style, lines.write), lines };
}

function serveHealth(
  config: Config,
  handler: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer | undefined {
  if (config.admin === undefined) return undefined;
  const { host: hostname, port } = config.admin;
  try {
    return Deno.serve({ hostname, port, onListen: () => {} }, handler);
  } catch (error) {
    throw new CommandError(
      `cannot listen on ADMIN_ADDRESS ${formatAddress(config.admin)}: ` +
        messageOf(error),
      "stop what listens there (another producer?), or set another " +
        "ADMIN_ADDRESS",
      { cause: error },
    );
  }
}

async function openPublisher(
  { config, source }: Configured,
  keys: KafkaKeys | undefined,
  parts: Pick<PublisherOptions, "outbox" | "clock" | "log"> & {
    readonly stats: Stats;
    readonly origin: Origin;
  },
): Promise<Publisher> {
  const { log, origin } = parts;
  // By far the largest modules: they load while the first poll is under way, and
  // nothing else runs meanwhile.
  const [{ createKafkaClient }, { createPublisher }, records, sizes] =
    await Promise.all([
      import("../kafka/client.ts"),
      import("./publisher.ts"),
      import("./large_records.ts"),
      import("./record_size.ts"),
    ]);
  const client = createKafkaClient({
    brokers: config.brokers,
    clientId: config.clientId,
    keys,
    checkHost: brokerCheck(hasPermission, config.brokers),
    paced: true,
    debug: (message) => log.debug(message),
  });
  async function ensureTopic(name: string, isMissing: boolean): Promise<void> {
    if (!config.createTopic) {
      if (!isMissing) return;
      throw new CommandError(
        `topic ${name} does not exist and KAFKA_TOPIC_CREATE is false: create ` +
          "it with the settings in kafka/topic_spec.ts; the records wait",
        "create the topic",
      );
    }
    const spec = topicSpec({ ...config.topic, name });
    const { created, changed } = await client.ensureTopic(spec);
    if (created) log.info("topic created", { topic: name });
    for (const setting of changed) {
      log.info("topic setting corrected", { setting });
    }
  }
  const large = records.createLargeRecords({
    ...parts,
    messageLimit: client.messageLimit,
    estimate: () => sizes.estimateRecord(source.ids, origin),
    outboxBytes: config.outbox.bytes,
    broker: config.brokers.map(formatAddress).join(),
  });
  return createPublisher({
    ...parts,
    large,
    sender: client.sender(),
    openTail: () => client.openTail(),
    ensureTopic,
    rest: client.rest,
    random: Math.random,
    yieldToEventLoop: () => new Promise((resolve) => setImmediate(resolve)),
  });
}

/**
 * Runs until a signal.
 *
 * @returns the exit code: 0, or 1 when samples were lost at the end.
 * @throws {UsageError} when the cluster advertises a broker that is outside the
 * permission set.
 * @throws {CommandError} when the state folder or the admin address is in use.
 */
export async function runProducer(
  configured: Configured,
  keys: KafkaKeys | undefined,
  clock: Clock,
): Promise<number> {
  const { config, source } = configured;
  using _lock = lockState(config.stateDir);
  const stats = new Stats();
  let stoppedAtMs: number | undefined;
  const leftMs = () =>
    stopTimeoutMs - (clock.monotonic() - (stoppedAtMs ?? clock.monotonic()));
  const { log, lines } = openLog(config, stats, leftMs);
  await using _lastLines = lines;
  using outbox = openOutbox(config.stateDir, config.outbox, log);
  stats.resumed(outbox.depth, clock.monotonic());
  // A log whose reader has left (`| head`) is a request to stop.
  const signals = listenForStop(() => Deno.exit(130));
  const stop = AbortSignal.any([signals, lines.closed]);
  stop.addEventListener("abort", () => stoppedAtMs = clock.monotonic());
  const origin: Origin = {
    topic: config.topic.name,
    sourceSystem: config.sourceSystem,
    address: source.address,
    instance: crypto.randomUUID(),
  };
  const { timeoutMs, intervalMs } = config;
  const server = serveHealth(
    config,
    healthHandler({
      stats,
      intervalMs,
      timeoutMs,
      monotonic: () => clock.monotonic(),
      wall: () => Date.now(),
      outbox: () => outbox.state(),
      process: thisProcess,
      about: {
        pid: Deno.pid,
        instance: origin.instance,
        config: describeConfig(configured),
      },
    }),
  );
  log.info("started", {
    source: source.address,
    topic: config.topic.name,
    brokers: config.brokers.map(formatAddress).join(","),
    interval_s: intervalMs / 1000,
    instance: origin.instance,
  });
  for (const warning of accessWarnings(config.access)) log.warn(warning);
  for (const reason of source.warnings ?? []) {
    log.warn("the source cannot serve the configured polls", { reason });
  }

  const ended = new AbortController();
  const signal = AbortSignal.any([stop, ended.signal]);
  let wake = () => {};
  const { promise: firstLeft, resolve: hasLeft } = Promise.withResolvers<
    void
  >();
  const polling = runSchedule(
    {
      intervalMs,
      signal,
      clock,
      onDue: (dueMs) => stats.slotDue(dueMs),
      async firstLeft() {
        // A request leaves in the first turn of the event loop, and its
        // connection with it, unless it is far away (measured, Deno 2.9.6).
        await delay(0);
        // Another turn in case it was a little later.
        setTimeout(hasLeft, 0);
      },
    },
    createPoll({
      source,
      intervalMs,
      unchanged: config.unchanged,
      origin,
      outbox,
      onRecord: () => wake(),
      stats,
      log,
      clock,
      uuid: () => crypto.randomUUID(),
      signal,
    }),
  );
  // Awaited below; avoids an unhandled rejection until then.
  polling.catch(() => {});
  await Promise.race([firstLeft, polling]);
  const publisher = await openPublisher(configured, keys, {
    origin,
    outbox,
    clock,
    stats,
    log,
  });
  wake = () => publisher.wake();
  const publishing = publisher.run(signal);
  try {
    // Whichever fails first ends the other; a stop ends both.
    await Promise.race([polling, publishing]);
    await polling;
    await Promise.race([
      publishing,
      clock.sleep(sendTimeoutMs, AbortSignal.timeout(2 * sendTimeoutMs)),
    ]);
  } finally {
    ended.abort();
    void server?.shutdown();
  }
  outbox.settle();
  const reason = String(stop.reason ?? "end");
  return logStopped(log, stats, { ...outbox.state(), reason });
}

/** @returns the exit code. */
function logStopped(
  log: Log,
  stats: Stats,
  outbox: OutboxState & { readonly reason: string },
): number {
  const { depth, inMemory, diskError, reason } = outbox;
  if (depth > inMemory) {
    log.info("records wait in the outbox; the next start sends them", {
      waiting: depth - inMemory,
      reason: stats.sendError,
    });
  }
  if (inMemory > 0) {
    stats.lost(inMemory);
    log.error("samples lost: neither Kafka nor the disk accepted them", {
      lost: inMemory,
      reason: stats.sendError,
      disk: diskError,
    });
  }
  const { samples, published, lost } = stats.counters;
  log.info("stopped", { reason, samples, published, lost });
  return inMemory > 0 ? 1 : 0;
}
