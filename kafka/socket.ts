/**
 * Connections to brokers, in the clear or over TLS.
 *
 * @module
 */

import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Address } from "../lib/address.ts";
import type { TlsMaterial } from "./credentials.ts";

/** What a connection is opened with. */
export interface SocketOptions {
  /**
   * Called before each connection.
   *
   * @throws when this process may not connect there.
   */
  readonly checkHost?: ((address: Address) => void) | undefined;
  /** The material of TLS, read for each connection; absent for none. */
  readonly tls?: (() => TlsMaterial) | undefined;
  /** Whether the client proves a user. */
  readonly sasl: boolean;
  /** Told of what goes wrong with the connection. */
  readonly onError: (error: unknown) => void;
}

/**
 * How long a broker may take for its first answer, in milliseconds. kafkajs
 * goes on to the next bootstrap broker only after a connection's failure, not
 * after a request's: a broker that hangs would be asked for ever. Less than
 * the time that kafkajs gives that request.
 */
const firstAnswerMs = 4_500;

/** What was seen of a connection until its end. */
export interface Seen {
  /** Whether it was open, TLS included. */
  readonly opened: boolean;
  /** How many bytes came. */
  readonly received: number;
  /** How long the first answer is, its length field included. */
  readonly firstAnswer: number;
}

/**
 * Guesses why a broker closed a connection: it does so without a word when its
 * listener is spoken to in the wrong protocol.
 *
 * @returns `undefined` for a connection that had worked.
 */
export function closingReason(
  { opened, received, firstAnswer }: Seen,
  { tls, sasl }: { readonly tls: boolean; readonly sasl: boolean },
): string | undefined {
  // The length field of what is none but the beginning of a TLS alert.
  if (!tls && firstAnswer >>> 16 === 0x1503) {
    return "the broker's listener wants TLS: set KAFKA_SSL=true";
  }
  const wishes = tls && !opened ? ["no TLS (KAFKA_SSL)"] : [
    ...!tls && received === 0 ? ["TLS (KAFKA_SSL)"] : [],
    // Without one, the versions of the protocol are all that a broker tells.
    ...!sasl && (received === 0 || received === firstAnswer)
      ? ["a user (KAFKA_SASL_MECHANISM)"]
      : [],
  ];
  return wishes.length === 0
    ? undefined
    : "the broker closed the connection: it starts or stops, or its listener " +
      `wants ${wishes.join(" or ")}`;
}

function open(
  { host, port }: Address,
  onConnect: () => void,
  tls: SocketOptions["tls"],
): Socket {
  if (tls === undefined) return connect({ host, port }, onConnect);
  // An address is no name: RFC 6066, section 3.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, ...servername, ...tls() }, onConnect);
}

/**
 * Opens a connection.
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
  const socket = open(address, onConnect, options.tls);
  socket.setKeepAlive(true, 60_000);
  socket.setNoDelay(true);
  socket.setTimeout(firstAnswerMs);
  let seen: Seen = { opened: false, received: 0, firstAnswer: 0 };
  const opened = options.tls === undefined ? "connect" : "secureConnect";
  socket.once(opened, () => seen = { ...seen, opened: true });
  socket.on("data", (part: Uint8Array) => {
    if (seen.received === 0) {
      socket.setTimeout(0);
      seen = { ...seen, firstAnswer: 4 + lengthField(part) };
    }
    seen = { ...seen, received: seen.received + part.length };
  });
  const reason = () =>
    closingReason(seen, {
      tls: options.tls !== undefined,
      sasl: options.sasl,
    });
  // These listeners come before kafkajs's, which takes what they find.
  socket.on("end", () => {
    const guess = reason();
    if (guess !== undefined) socket.emit("error", new Error(guess));
  });
  socket.on("error", (error: Error & { code?: string }) => {
    if (error.code === "ECONNRESET") error.message = reason() ?? error.message;
    options.onError(error);
  });
  return socket;
}

function lengthField(part: Uint8Array): number {
  return part.length < 4
    ? 0
    : new DataView(part.buffer, part.byteOffset).getUint32(0);
}
