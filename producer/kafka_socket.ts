/**
 * Connections to brokers, in the clear or over TLS.
 *
 * @module
 */

import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Address } from "./fields.ts";
import type { TlsMaterial } from "./kafka_keys.ts";

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

const restarting = "it starts or stops, or its listener";

/**
 * Guesses why a broker closed the connection: it does so without a word when
 * it is spoken to in the wrong protocol.
 *
 * @param received How many bytes came.
 * @param firstAnswer How long the first answer is, its length field included.
 */
export function closingReason(
  received: number,
  firstAnswer: number,
  { tls, sasl }: Pick<SocketOptions, "tls" | "sasl">,
): string | undefined {
  // The length field of what is none but the beginning of a TLS alert.
  if (tls === undefined && firstAnswer >>> 16 === 0x1503) {
    return "the broker's listener wants TLS: set KAFKA_SSL=true";
  }
  if (received === 0) {
    const other = tls === undefined ? "wants TLS" : "is one without TLS";
    return "the broker closed the connection without an answer: " +
      `${restarting} ${other} (KAFKA_SSL)`;
  }
  // What a client may send before it has proved its user is answered once.
  return received === firstAnswer && !sasl
    ? "the broker closed the connection after one answer: " +
      `${restarting} wants a user (KAFKA_SASL_MECHANISM)`
    : undefined;
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
  let received = 0;
  let firstAnswer = 0;
  socket.on("data", (part: Uint8Array) => {
    if (received === 0) {
      socket.setTimeout(0);
      firstAnswer = part.length < 4
        ? 0
        : 4 + new DataView(part.buffer, part.byteOffset).getUint32(0);
    }
    received += part.length;
  });
  // These listeners come before kafkajs's, which takes what they find.
  socket.on("end", () => {
    const reason = closingReason(received, firstAnswer, options);
    if (reason !== undefined) socket.emit("error", new Error(reason));
  });
  socket.on("error", (error: Error & { code?: string }) => {
    const reason = closingReason(received, firstAnswer, options);
    if (error.code === "ECONNRESET" && reason) error.message = reason;
    options.onError(error);
  });
  return socket;
}
