// The lake of the demo: the topic in bronze, silver and gold.

import { CommandError, messageOf } from "../../lib/errors.ts";
import { delay } from "../../lib/clock.ts";
import { isObject } from "../../lib/json.ts";
import { projectDir } from "../../lib/project.ts";
import { httpFetch } from "../../lib/http_fetch.ts";
import { plural } from "../../lib/plural.ts";
import { accessSettings } from "../../producer/config/settings_table.ts";
import { freePort } from "../host/ports.ts";
import { start, type StartedProcess } from "../host/run_process.ts";
import { ownedRun } from "./owned_run.ts";
import type { Sandbox } from "./sandbox.ts";

const statusTimeoutMs = 5_000;
const filledTimeoutMs = 30_000;

/** What the demo shows of its lake. */
export interface DemoLake {
  /** Where its page is. */
  readonly url: string;
  /** Waits until the lake has all that the topic had; returns lines. */
  report(stop: AbortSignal): Promise<string[]>;
  /** Ends it as Ctrl-C does. */
  end(): Promise<void>;
}

interface LakeFigures {
  readonly records: number;
  readonly lag: number;
  /** Median of poll to gold, in ms. */
  readonly freshMs: number;
}

/** The figures in the body of `/status`. */
export function parseFigures(status: unknown): LakeFigures | undefined {
  if (!isObject(status) || !isObject(status.counters)) return undefined;
  const { records } = status.counters;
  const { lag, commit_freshness_ms: freshness } = status;
  if (typeof records !== "number" || !isObject(lag)) return undefined;
  // There is none before the first transaction.
  if (typeof freshness !== "number") return undefined;
  return {
    records,
    lag: Object.values(lag).reduce<number>((sum, it) => sum + Number(it), 0),
    freshMs: freshness,
  };
}

const counts = `SELECT (SELECT count(*) FROM bronze.crypto_ticks_raw) AS bronze,
  (SELECT count(*) FROM silver.crypto_ticks) AS silver,
  (SELECT count(DISTINCT crypto_symbol) FROM silver.crypto_ticks) AS coins,
  (SELECT count(*) FROM silver.crypto_rejects) AS rejects,
  (SELECT count(*) FROM gold.crypto_hourly_ohlc) AS candles`;

/** The lines of the report, from the answer to the query above. */
export function lakeLines(answer: string, freshMs: number): string[] {
  const row: Record<string, number> = JSON.parse(answer);
  const count = (name: string, noun: string) => plural(Number(row[name]), noun);
  return [
    `bronze  ${count("bronze", "record")}, as they came`,
    `silver  ${count("silver", "tick")} of ${count("coins", "coin")}, ` +
    count("rejects", "reject"),
    `gold    ${
      count("candles", "hourly candle")
    }, ${freshMs} ms after the poll`,
  ];
}

async function askLake(address: string): Promise<LakeFigures | undefined> {
  try {
    const response = await httpFetch(`http://${address}/status`, {
      signal: AbortSignal.timeout(statusTimeoutMs),
    });
    return parseFigures(await response.json());
  } catch {
    return undefined;
  }
}

async function waitForRecords(
  address: string,
  lake: StartedProcess,
  stop: AbortSignal,
): Promise<LakeFigures> {
  let ended = false;
  lake.ended.then(() => ended = true);
  const deadline = performance.now() + filledTimeoutMs;
  while (true) {
    stop.throwIfAborted();
    const figures = await askLake(address);
    if (figures !== undefined && figures.records > 0 && figures.lag === 0) {
      return figures;
    }
    if (ended || performance.now() > deadline) {
      throw new CommandError(
        ended
          ? "the lake ended"
          : `the lake has not caught up within ${filledTimeoutMs / 1000} s`,
        "see its log lines above for the cause",
      );
    }
    await delay(50);
  }
}

/** Where the demo's other programs are. */
export interface DemoPlaces {
  /** Kafka's port. */
  readonly port: number;
  /** The producer's `ADMIN_ADDRESS`. */
  readonly admin: string;
}

/**
 * Starts a lake in the sandbox.
 *
 * @param args Its command line, from `lakeArgs`.
 */
export function startDemoLake(
  sandbox: Sandbox,
  { port, admin }: DemoPlaces,
  args: readonly string[],
): DemoLake {
  const lakeDir = `${sandbox.folder}/lake`;
  const address = `127.0.0.1:${freePort()}`;
  const env = {
    LAKE_DIR: lakeDir,
    LAKE_ADDRESS: address,
    ADMIN_ADDRESS: admin,
    LAKE_GROUP_ID: "crypto-lake",
    KAFKA_BOOTSTRAP_SERVERS: `localhost:${port}`,
    ...Object.fromEntries(accessSettings.map((name) => [name, ""])),
    LOG_FORMAT: "text",
    LOG_LEVEL: "warn",
  };
  const lake = start(Deno.execPath(), args, {
    cwd: projectDir,
    env,
    output: "inherit",
    onStart: sandbox.own,
  });
  return {
    url: `http://${address}/`,
    async report(stop) {
      const { freshMs } = await waitForRecords(address, lake, stop);
      const sql = ["tasks/lake.ts", "sql", counts, "--json"];
      const { code, stdout, stderr } = await ownedRun(sandbox, stop)(
        Deno.execPath(),
        ["run", "-q", "-P=lake", ...sql],
        { cwd: projectDir, env },
      );
      if (code !== 0) {
        throw new CommandError(
          `the lake cannot be queried: ${messageOf(stderr)}`,
          "set DEBUG=1 and run the demo again",
        );
      }
      return lakeLines(stdout, Math.round(freshMs));
    },
    async end() {
      lake.kill("SIGTERM");
      await lake.ended;
    },
  };
}
