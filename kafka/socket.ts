// Connections to brokers, plaintext or TLS.

import { connect, isIP, Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import type { Address } from "../lib/address.ts";
import { canBeKafka } from "./counterpart.ts";
import type { TlsMaterial } from "./credentials.ts";

/** Options of {@linkcode openSocket}. */
export interface SocketOptions {
  /**
   * Called before each connection.
   *
   * @throws when this process may not connect there.
   */
  readonly checkHost?: ((address: Address) => void) | undefined;
  /** TLS certificates and keys, read for each connection; absent for plaintext. */
  readonly tls?: (() => TlsMaterial) | undefined;
  /** Whether the client authenticates. */
  readonly sasl: boolean;
  /** Gets the connection's errors. */
  readonly onError: (error: Error & { readonly code?: string }) => void;
  /** Called when the first response is complete. */
  readonly onAnswer: () => void;
  /** Called after a second without it, or even without a connection. */
  readonly onSilence: () => void;
}

/**
 * Timeout of a broker's first response. kafkajs tries the next bootstrap broker
 * only after a failed connection, not after a failed request: it would retry a
 * hanging broker indefinitely. Less than kafkajs's timeout of that request.
 */
const firstResponseTimeoutMs = 3_500;

/** A listener answers ApiVersions at once: time to look at what is there. */
const silenceMs = 1_000;

/** What happened on a connection until its end. */
export interface Seen {
  /** Whether it was open, TLS included. */
  readonly opened: boolean;
  /** Bytes received. */
  readonly received: number;
  /** Bytes of the first response, its length field included. */
  readonly firstResponse: number;
}

/**
 * Guesses why a broker closed a connection, which it does silently when the
 * client uses another protocol than its listener.
 *
 * @returns `undefined` for a connection that had worked.
 */
export function closingReason(
  { opened, received, firstResponse }: Seen,
  { tls, sasl }: { readonly tls: boolean; readonly sasl: boolean },
): string | undefined {
  // Not a length field but the beginning of a TLS alert.
  if (!tls && firstResponse >>> 16 === 0x1503) {
    return "the broker's listener requires TLS: set KAFKA_SSL=true";
  }
  const missing = tls && !opened ? ["no TLS (KAFKA_SSL)"] : [
    ...!tls && received === 0 ? ["TLS (KAFKA_SSL)"] : [],
    // Without authentication a broker sends only its API versions.
    ...!sasl && (received === 0 || received === firstResponse)
      ? ["a user (KAFKA_SASL_MECHANISM)"]
      : [],
  ];
  return missing.length === 0
    ? undefined
    : "the broker closed the connection: it is starting or stopping, or its " +
      `listener requires ${missing.join(" or ")}`;
}

/** Node's names of the errors of an address that accepts no connection. */
export const unreachableCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "ETIMEDOUT",
]);

/**
 * Connects, over TLS where options for it are given.
 *
 * @param onConnect Called when it is open, TLS included.
 */
export function connectTo(
  { host, port }: Address,
  onConnect: () => void,
  tls: ConnectionOptions | undefined,
): Socket {
  if (tls === undefined) return connect({ host, port }, onConnect);
  // Not for an IP address: RFC 6066, section 3.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, ...servername, ...tls }, onConnect);
}

/**
 * Ends a connection whose end kafkajs knows. It reuses one object for the next
 * connection, and a late event of this one would make it end that.
 */
function retire(socket: Socket): void {
  for (const event of ["data", "end", "error", "timeout"]) {
    socket.removeAllListeners(event);
  }
  socket.on("error", () => {});
  socket.destroy();
}

/**
 * Opens a connection. At most one of its events `end`, `error` and `timeout`
 * reaches the listeners that kafkajs adds; then it is destroyed.
 *
 * @param onConnect Called when it is open, TLS included.
 * @throws what {@linkcode SocketOptions} throw.
 */
export function openSocket(
  address: Address,
  onConnect: () => void,
  options: SocketOptions,
): Socket {
  options.checkHost?.(address);
  const socket = connectTo(address, () => {
    // Ended while it was being opened: kafkajs would take it for a working one.
    if (socket.writableEnded) socket.destroy(new Error("connection abandoned"));
    else onConnect();
  }, options.tls?.());
  socket.setKeepAlive(true, 60_000);
  socket.setNoDelay(true);
  socket.setTimeout(firstResponseTimeoutMs);
  const silence = setTimeout(options.onSilence, silenceMs);
  let seen: Seen = { opened: false, received: 0, firstResponse: 0 };
  const opened = options.tls === undefined ? "connect" : "secureConnect";
  socket.once(opened, () => seen = { ...seen, opened: true });
  socket.once("close", () => clearTimeout(silence));
  let head = new Uint8Array();
  let isAnswered = false;
  socket.on("data", (part: Uint8Array) => {
    seen = { ...seen, received: seen.received + part.length };
    if (isAnswered) return;
    if (head.length < 4) {
      head = new Uint8Array([...head, ...part.subarray(0, 4)]);
      if (head.length < 4) return;
      seen = { ...seen, firstResponse: 4 + lengthField(head) };
      // kafkajs would wait for as many bytes as they seem to announce.
      if (!canBeKafka(head)) {
        socket.destroy(new Error(reason() ?? "not a Kafka response"));
        return;
      }
    }
    // Another protocol may begin with a size too, and never complete it.
    if (seen.received < seen.firstResponse) return;
    isAnswered = true;
    clearTimeout(silence);
    socket.setTimeout(0);
    options.onAnswer();
  });
  const reason = () =>
    closingReason(seen, { tls: options.tls !== undefined, sasl: options.sasl });
  // These listeners run before kafkajs's, which then sees their errors.
  socket.on("end", () => {
    const guess = reason();
    if (guess !== undefined) socket.emit("error", new Error(guess));
  });
  socket.on("error", (error: Error & { code?: string }) => {
    if (error.code === "ECONNRESET") error.message = reason() ?? error.message;
    options.onError(error);
  });
  for (const event of ["end", "error", "timeout"]) {
    // When kafkajs's own listeners have run.
    socket.once(event, () => queueMicrotask(() => retire(socket)));
  }
  return socket;
}

/** A connection that fails as an earlier one did: at once, without a packet. */
export function failedSocket(
  error: Error & { readonly code?: string },
): Socket {
  const socket = new Socket();
  // When the caller has added its listeners.
  queueMicrotask(() => {
    if (error.code === "ETIMEDOUT") socket.emit("timeout");
    else socket.destroy(error);
  });
  return socket;
}

function lengthField(part: Uint8Array): number {
  return part.length < 4
    ? 0
    : new DataView(part.buffer, part.byteOffset).getUint32(0);
}
