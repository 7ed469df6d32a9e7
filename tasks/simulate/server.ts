/**
 * The simulator as an HTTP server on loopback.
 *
 * @module
 */

import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createGzip } from "node:zlib";
import { Failure, messageOf, UsageError } from "../../producer/errors.ts";
import { SIMULATOR_HEADER } from "../../producer/sources/simulator_header.ts";
import {
  type Answer,
  answer,
  judgeKey,
  type Market,
  RateLimit,
  tooMany,
} from "./answers.ts";
import { type Fault, FaultQueue, parseFaults } from "./faults.ts";

/** One request that was answered, for whoever checks what was served. */
export interface Served {
  /** When it came, ms since 1970. */
  readonly atMs: number;
  /** Path and query. */
  readonly path: string;
  /** The status; 0 where no answer was given. */
  readonly status: number;
  /** The body as sent; empty where a fault took its place. */
  readonly body: string;
}

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  /** The base address, ends in `/api/v3`. */
  readonly url: string;
  /** What was served, the last 10,000 requests. */
  readonly served: readonly Served[];
  /** Misbehaves from the next request on. */
  addFaults(faults: readonly Fault[]): void;
  /** Forgets the faults that still wait. */
  clearFaults(): void;
  /** Ends it, open connections included. */
  close(): Promise<void>;
}

/** How to simulate. */
export interface SimulatorOptions extends Partial<Market> {
  /** The port; 0, the default, is a free one. */
  readonly port?: number;
  /** Faults from the start. */
  readonly faults?: readonly Fault[];
  /** The wall clock, ms since 1970. */
  readonly now?: () => number;
}

const servedMost = 10_000;

function send(res: ServerResponse, { status, body, headers }: Answer): void {
  res.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(new TextEncoder().encode(body).byteLength),
    ...headers,
  });
  res.end(body);
}

function endless(res: ServerResponse, gzip: boolean): void {
  res.writeHead(200, {
    "content-type": "application/json",
    ...gzip ? { "content-encoding": "gzip" } : {},
  });
  const chunk = new Uint8Array(64 * 1024).fill(0x20);
  const out = gzip ? createGzip() : res;
  if (out !== res) (out as ReturnType<typeof createGzip>).pipe(res);
  const more = () => {
    while (!res.destroyed && out.write(chunk));
    if (!res.destroyed) out.once("drain", more);
  };
  res.on("error", () => {});
  more();
}

function trickle(res: ServerResponse, body: string, perSecond: number): void {
  res.writeHead(200, { "content-type": "application/json" });
  const bytes = new TextEncoder().encode(body);
  let at = 0;
  const timer = setInterval(() => {
    if (res.destroyed || at >= bytes.length) {
      clearInterval(timer);
      res.end();
      return;
    }
    res.write(bytes.subarray(at, at += Math.max(1, perSecond / 10)));
  }, 100);
  res.on("close", () => clearInterval(timer));
}

function misbehave(
  req: IncomingMessage,
  res: ServerResponse,
  fault: Fault,
  usual: Answer,
): void {
  switch (fault.kind) {
    case "delay":
      setTimeout(() => res.destroyed || send(res, usual), fault.ms ?? 1000);
      return;
    case "status":
    case "body":
      send(res, {
        status: fault.status ?? (fault.kind === "status" ? 500 : 200),
        body: fault.body ?? "",
        headers: fault.headers ?? {},
      });
      return;
    case "truncate": {
      const length = String(usual.body.length + 1);
      res.writeHead(200, {
        "content-type": "application/json",
        "content-length": length,
      });
      res.write(usual.body.slice(0, fault.bytes ?? 10));
      setTimeout(() => req.socket.destroy(), 20);
      return;
    }
    case "trickle":
      trickle(res, usual.body, fault.bytesPerSecond ?? 10);
      return;
    case "endless":
      endless(res, fault.gzip ?? false);
      return;
    case "reset":
      req.socket.destroy();
      return;
    case "hang":
      return;
  }
}

/**
 * Starts a simulator.
 *
 * @throws {Failure} when the port is taken.
 */
export async function startSimulator(
  options: SimulatorOptions = {},
): Promise<Simulator> {
  const { port = 0, faults = [], now = Date.now } = options;
  const market: Market = {
    seed: options.seed ?? "1",
    cacheMs: options.cacheMs ?? 60_000,
    plan: options.plan ?? "keyless",
    key: options.key ?? "",
    rateLimit: options.rateLimit ?? 0,
  };
  const limit = new RateLimit(market.rateLimit);
  const queue = new FaultQueue();
  queue.add(faults);
  const served: Served[] = [];

  function control(req: IncomingMessage, res: ServerResponse, path: string) {
    if (path === "/control/served") {
      send(res, { status: 200, body: JSON.stringify(served) });
    } else if (path !== "/control/faults") {
      send(res, { status: 404, body: '{"error":"no such path"}' });
    } else if (req.method === "POST") {
      let text = "";
      req.setEncoding("utf8");
      req.on("data", (part: string) => text += part);
      req.on("end", () => {
        try {
          queue.add(parseFaults(text));
          send(res, { status: 200, body: JSON.stringify(queue.pending) });
        } catch (error) {
          const said = messageOf(error);
          send(res, { status: 400, body: JSON.stringify({ error: said }) });
        }
      });
    } else {
      if (req.method === "DELETE") queue.clear();
      send(res, { status: 200, body: JSON.stringify(queue.pending) });
    }
  }

  function price(req: IncomingMessage, res: ServerResponse, url: URL) {
    const nowMs = now();
    const wait = limit.count(nowMs);
    const header = (name: string) => {
      const value = req.headers[name];
      return typeof value === "string" ? value : null;
    };
    const usual = wait > 0
      ? tooMany(wait)
      : judgeKey(market, header) ?? answer(market, url, nowMs);
    const fault = queue.next();
    const replaced = fault !== undefined && fault.kind !== "delay";
    served.push({
      atMs: nowMs,
      path: url.pathname + url.search,
      status: replaced ? fault.status ?? 0 : usual.status,
      body: replaced ? "" : usual.body,
    });
    if (served.length > servedMost) served.shift();
    if (fault === undefined) send(res, usual);
    else misbehave(req, res, fault, usual);
  }

  const server = createServer((req, res) => {
    res.setHeader(SIMULATOR_HEADER, "1");
    const url = new URL(req.url ?? "/", "http://localhost");
    if (url.pathname.startsWith("/control/")) control(req, res, url.pathname);
    else price(req, res, url);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", () => resolve());
  try {
    await promise;
  } catch (error) {
    throw new Failure(
      `cannot listen on 127.0.0.1:${port}: ${messageOf(error)}`,
      "choose another port: deno task simulate --port=8788 (0: any free one)",
      { cause: error },
    );
  }
  const address = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${address.port}/api/v3`,
    served,
    addFaults: (more) => queue.add(more),
    clearFaults: () => queue.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Options from the flags of `deno task simulate`.
 *
 * @throws {UsageError} for a value out of range.
 */
export function simulatorOptions(
  value: (name: string) => string | undefined,
): SimulatorOptions {
  const number = (name: string, fallback: number, most: number) => {
    const text = value(name) ?? String(fallback);
    const given = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (given >= 0 && given <= most) return given;
    throw new UsageError(
      `--${name} is "${text}": expected a number from 0 to ${most}`,
    );
  };
  const plan = value("plan") ?? "keyless";
  if (plan !== "keyless" && plan !== "demo" && plan !== "pro") {
    throw new UsageError(`--plan is "${plan}": expected keyless, demo or pro`);
  }
  const cacheMs = number("cache-seconds", 60, 86_400) * 1000;
  if (cacheMs < 1) {
    throw new UsageError("--cache-seconds: expected 0.001 or more");
  }
  return {
    port: Math.trunc(number("port", 8787, 65_535)),
    seed: value("seed") ?? "1",
    cacheMs,
    rateLimit: number("rate-limit", 30, 1e6),
    plan,
    key: value("key") ?? "",
  };
}
