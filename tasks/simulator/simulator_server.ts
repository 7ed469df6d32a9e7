// The simulator as a running server, for tests, the demo and the command.
//
// `node:http` rather than `Deno.serve()`, because it gives access to the
// connection: a `Response` cannot be truncated or reset.

import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { text } from "node:stream/consumers";
import { CommandError } from "../../lib/errors.ts";
import { json, type Reply } from "./replies.ts";
import { control, controlRoot } from "./control.ts";
import { deliver } from "./delivery.ts";
import { parseFault } from "./fault_script.ts";
import type { Fault } from "./faults.ts";
import {
  apiRoot,
  handle,
  type SimulatedRequest,
  type SimulatorSettings,
  type SimulatorState,
} from "./simulator_handler.ts";
import type { SimulatorOptions } from "./simulator_options.ts";
import { freshWindow } from "./rate_limit.ts";
import { logEntry, remember, type ServedRequest } from "./request_log.ts";

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

const host = "127.0.0.1";
const maxControlBytes = 1024 * 1024;

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const why = code === "EADDRINUSE" ? "the port is in use" : message;
    throw new CommandError(
      `cannot listen on ${host}:${port}: ${why}`,
      "choose another with --port=NUMBER, or --port=0 for a free one",
      { cause: error },
    );
  }
  const address = server.address();
  return typeof address === "object" ? address?.port ?? port : port;
}

function readRequest(
  { method = "GET", url = "/", headers }: IncomingMessage,
): SimulatedRequest {
  // Concatenated, because a path such as `//x` would be parsed as a host.
  const address = URL.parse(`http://loopback${url}`);
  return {
    method,
    path: address?.pathname ?? url,
    query: address?.searchParams ?? new URLSearchParams(),
    headers: { get: (name) => headers[name]?.toString() ?? null },
  };
}

function awaitsReset(faults: readonly Fault[]): boolean {
  return faults.some(({ kind }) => kind === "reset");
}

/** Aborted when the response is sent or its connection has ended. */
function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  // Several faults make clients close the connection early.
  response.on("error", () => gone.abort());
  return gone.signal;
}

/**
 * Starts a simulator on the loopback interface.
 *
 * @throws {CommandError} when it cannot listen there.
 */
export async function startSimulator(options: SimulatorOptions = {}) {
  const now = options.now ?? Date.now;
  const settings: SimulatorSettings = {
    seed: options.seed ?? "crypto-stream",
    cacheMs: (options.cacheSeconds ?? 60) * 1000,
    rateLimit: options.rateLimit ?? 0,
    plan: options.plan ?? "keyless",
    keys: options.keys ?? [],
  };
  const check = (fault: Fault) => parseFault(fault, "fault");
  let state: SimulatorState = {
    window: freshWindow,
    faults: (options.faults ?? []).map(check),
  };
  const requests: ServedRequest[] = [];

  /**
   * `fetch()` hides a reset of a reused connection by sending the request again
   * on a new one. So a reset needs a fresh connection, or the same script would
   * fail one poll or none.
   */
  function setFaults(faults: readonly Fault[]): void {
    state = { ...state, faults };
    if (awaitsReset(faults)) server.closeIdleConnections();
  }

  async function handleControl(
    request: SimulatedRequest,
    message: IncomingMessage,
  ): Promise<Reply> {
    if (Number(message.headers["content-length"]) > maxControlBytes) {
      return json({ error: "the body is larger than 1 MiB" }, 413);
    }
    const { reply, faults } = control(request, await text(message), {
      faults: state.faults,
      log: requests,
    });
    setFaults(faults);
    return reply;
  }

  function serve(
    request: SimulatedRequest,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    const nowMs = now();
    const outcome = handle(request, { settings, state, nowMs });
    state = outcome.state;
    const { reply, fault } = outcome;
    const entry = logEntry(request, { atMs: nowMs, fault: fault?.kind });
    remember(requests, entry);
    response.on("finish", () => entry.outcome = "whole");
    response.on("close", () => {
      if (entry.outcome === "pending") entry.outcome = "cut";
    });
    response.shouldKeepAlive &&= !awaitsReset(state.faults);
    return deliver({ response, gone, entry }, reply, fault);
  }

  const server = createServer(async (message, response) => {
    const gone = whenGone(response);
    const request = readRequest(message);
    try {
      if (!request.path.startsWith(`${controlRoot}/`)) {
        return await serve(request, response, gone);
      }
      const reply = await handleControl(request, message);
      response.shouldKeepAlive &&= !awaitsReset(state.faults);
      const entry = { status: 0, body: "" };
      await deliver({ response, gone, entry }, reply);
    } catch (error) {
      if (!gone.aborted) throw error;
    }
  });
  // No timeout: a client must not race its next request against the end of an
  // idle connection.
  server.keepAliveTimeout = 0;

  const port = await listen(server, options.port ?? 0);
  let closed: Promise<void> | undefined;
  /** Closes all connections and stops listening. Idempotent. */
  function close(): Promise<void> {
    return closed ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
  return {
    url: `http://${host}:${port}${apiRoot}`,
    port,
    /** To compute expected prices with. */
    settings,
    /** The last 10,000 served requests, oldest first; grows while it runs. */
    requests: requests as readonly ServedRequest[],
    /**
     * Appends a fault.
     *
     * @throws {UsageError} for an invalid fault.
     */
    addFault: (fault: Fault) => setFaults([...state.faults, check(fault)]),
    clearFaults: () => setFaults([]),
    close,
    [Symbol.asyncDispose]: close,
  };
}
