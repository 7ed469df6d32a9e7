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
}

/**
 * How long a broker may take for its first answer, in milliseconds. kafkajs
 * goes on to the next bootstrap broker only after a connection's failure, not
 * after a request's: a broker that hangs would be asked for ever. Less than
 * the time that kafkajs gives that request.
 */
const firstAnswerMs = 4_500;

/**
 * Opens a connection.
 *
 * @param onConnect Called when it is open, TLS included.
 * @throws what {@linkcode SocketOptions} throw.
 */
export function openSocket(
  { host, port }: Address,
  onConnect: () => void,
  { checkHost, tls }: SocketOptions,
): Socket {
  checkHost?.({ host, port });
  const socket = tls === undefined
    ? connect({ host, port }, onConnect)
    : connectTls({
      host,
      port,
      // An address is no name: RFC 6066, section 3.
      ...isIP(host) === 0 ? { servername: host } : {},
      ...tls(),
    }, onConnect);
  socket.setKeepAlive(true, 60_000);
  socket.setNoDelay(true);
  socket.setTimeout(firstAnswerMs);
  socket.once("data", () => socket.setTimeout(0));
  return socket;
}
