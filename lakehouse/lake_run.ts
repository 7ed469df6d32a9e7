// One `lake run` from its start to its end: makes the parts and joins them.

import { brokerCheck } from "../kafka/broker_check.ts";
import type { LakeConfig } from "./lake_settings.ts";
import { formatAddress } from "../lib/address.ts";
import type { Clock } from "../lib/clock.ts";
import { createLineQueue, type LineQueue } from "../lib/line_queue.ts";
import { createLog, formatLine, type Log } from "../lib/log.ts";
import { hasPermission } from "../lib/needs.ts";
import { thisProcess } from "../lib/process_info.ts";
import { listenForStop } from "../lib/stop_signals.ts";
import { terminalWidth } from "../lib/terminal_width.ts";
import type { KafkaClient } from "../kafka/client_types.ts";
import type { KafkaKeys } from "../kafka/credentials.ts";
import { DrainBar } from "./drain_bar.ts";
import { LakeStats } from "./health/lake_stats.ts";
import { followTopic } from "./ingest/follow.ts";
import { openAhead } from "./ingest/open_ahead.ts";
import type { LakeSize } from "./lake/lake_types.ts";
import { openWriter } from "./lake/writer.ts";
import { unmaintainedSinceMs } from "./lake/writer_lock.ts";
import {
  maintainRegularly,
  maintainWhenDue,
  type MaintenanceEvent,
} from "./maintain_loop.ts";
import { reportEvents } from "./report_events.ts";
import { reportMaintenance } from "./report_maintenance.ts";
import type { RunCommand } from "./run_args.ts";
import { servePage } from "./serve_page.ts";
import { watchSize } from "./watch_size.ts";

/** Log lines that may wait for a slow reader, in bytes. */
const maxLogBytes = 256 * 1024;

/** What {@linkcode runLake} is made of. */
export interface RunOptions {
  /** The checked settings. */
  readonly config: LakeConfig;
  /** The keys for the brokers. */
  readonly keys: KafkaKeys | undefined;
  /** Time. */
  readonly clock: Clock;
}

function openLog(
  { logFormat, logLevel }: LakeConfig,
  { once }: { readonly once: boolean },
): {
  readonly log: Log;
  readonly lines: LineQueue;
  readonly bar: DrainBar | undefined;
} {
  const terminal = Deno.stdout.isTerminal();
  const format = logFormat === "auto"
    ? (terminal ? "text" : "json")
    : logFormat;
  const color = terminal && !Deno.env.get("NO_COLOR");
  const style = { format, level: logLevel, color };
  const bar = once && terminal && format === "text"
    ? new DrainBar(() => terminalWidth() ?? 80)
    : undefined;
  const written = (line: string) => bar?.line(line) ?? line;
  const lines = createLineQueue({
    stream: Deno.stdout,
    maxBytes: maxLogBytes,
    flushTimeoutMs: () => 300,
    noteOf: (dropped) => {
      const message = "log lines dropped: stdout was not being read";
      const fields = { dropped };
      return written(formatLine(style, {
        time: new Date(),
        level: "WARN",
        message,
        fields,
      }));
    },
  });
  const log = createLog(style, (line) => lines.write(written(line)));
  return { log, lines, bar };
}

/**
 * Follows the topic until a signal, or drains it once.
 *
 * @returns the exit code.
 * @throws {CommandError} when the lake is being written by another process, the
 * address is in use, or a drain cannot reach Kafka.
 */
export async function runLake(
  command: Extract<RunCommand, { kind: "run" }>,
  { config, keys, clock }: RunOptions,
): Promise<number> {
  const { log, lines, bar } = openLog(config, command);
  await using _lastLines = lines;
  // A log whose reader has left (`| head`) is a request to stop.
  const signals = listenForStop(() => Deno.exit(130));
  const signal = AbortSignal.any([signals, lines.closed]);
  const stats = new LakeStats();
  const opening = openWriter({
    lakeDir: config.dir,
    extensionDir: command.extensionDir,
    bronzeOnly: command.bronzeOnly,
    clock,
  });
  // DuckDB's threads open the lake meanwhile.
  let client: KafkaClient | undefined;
  using reader = openAhead(async () => {
    const { createKafkaClient } = await import("../kafka/client.ts");
    client ??= createKafkaClient({
      brokers: config.brokers,
      clientId: config.groupId,
      keys,
      checkHost: brokerCheck(hasPermission, config.brokers, "lakehouse"),
      debug: (message) => log.debug(message),
    });
    return await client.openTopicReader(config.topic);
  });
  const writer = await opening;
  let size: LakeSize | undefined;
  const server = command.once || config.address === undefined
    ? undefined
    : servePage(config.address, {
      producer: config.producer,
      lake: writer.side,
      clock,
      health: {
        stats,
        size: () => size,
        monotonic: () => clock.monotonic(),
        wall: () => clock.now().epochMilliseconds,
        process: thisProcess,
        about: {
          pid: Deno.pid,
          dir: config.dir,
          topic: config.topic,
          group: config.groupId,
          brokers: config.brokers.map(formatAddress),
        },
      },
    });
  const ended = new AbortController();
  const started = Promise.withResolvers<void>();
  const watching = server === undefined ? undefined : watchSize({
    writer,
    started: started.promise,
    clock,
    signal: AbortSignal.any([signal, ended.signal]),
    onSize: (found) => size = found,
  });
  const { maintainEveryMs: everyMs, keepMs } = config;
  const maintenance = everyMs === undefined ? undefined : {
    writer,
    everyMs,
    keepMs,
    sinceMs: () => unmaintainedSinceMs(config.dir),
    clock,
    signal: AbortSignal.any([signal, ended.signal]),
    onEvent(event: MaintenanceEvent) {
      reportMaintenance(event, { stats, log });
      if (event.kind !== "maintained" || size === undefined) return;
      const { files, bytes, snapshots } = event.report.after;
      const maintainedMs = clock.now().epochMilliseconds;
      size = { ...size, files, bytes, snapshots, maintainedMs };
    },
  };
  const maintaining = maintenance === undefined || command.once
    ? undefined
    : maintainRegularly({
      ...maintenance,
      isQuiet: () => stats.behindSinceMs === undefined,
    });
  try {
    log.info("started", {
      page: server?.url,
      lake: config.dir,
      topic: config.topic,
      brokers: config.brokers.map(formatAddress).join(","),
      once: command.once,
    });
    const report = reportEvents({ stats, log, clock });
    await followTopic({
      topic: config.topic,
      openReader: reader.open,
      writer,
      groupId: config.groupId,
      from: command.from,
      once: command.once,
      bronzeOnly: command.bronzeOnly,
      clock,
      random: Math.random,
      signal,
      onEvent(event) {
        report(event);
        const drawn = bar?.seen(event);
        if (drawn !== undefined) lines.write(drawn);
        if (event.kind === "positioned") started.resolve();
        if (event.kind === "committed") server?.committed(event.committed);
      },
    });
    if (maintenance !== undefined && command.once) {
      await maintainWhenDue(maintenance);
    }
  } finally {
    ended.abort();
    bar?.end();
    server?.close();
    await Promise.all([watching, maintaining]);
    await writer.close();
  }
  const { commits, records, ticks } = stats.counters;
  const reason = String(signal.reason ?? "drained");
  if (command.bronzeOnly && records > 0) {
    log.warn("silver lacks these records: run deno task lake rebuild", {
      records,
    });
  }
  log.info("stopped", { reason, commits, records, ticks });
  return 0;
}
