// Fixes how kafkajs 2.2.4 connects, and reconnects, to a broker.

import { type Address, formatAddress } from "../../lib/address.ts";

/**
 * A bootstrap broker in a form that kafkajs parses. It splits at the first
 * colon, of which an IPv6 address has several: they are written as `%3A`, which
 * no host name contains. {@linkcode hostOf} reverts it.
 */
export function seedName({ host, port }: Address): string {
  return formatAddress({ host: encodeURIComponent(host), port });
}

/** The host of a {@linkcode seedName}; other hosts stay as they are. */
export function hostOf(seed: string): string {
  return decodeURIComponent(seed);
}

/** The used part of kafkajs's broker. */
export interface BrokerState {
  /** The API versions, once the broker has sent them. */
  versions: unknown;
  /** Closes its connections. */
  disconnect(): Promise<void>;
}

/**
 * Patches the brokers' prototype: after a disconnect the API versions are
 * requested again.
 *
 * kafkajs keeps them, so that reconnecting only opens a socket. The system does
 * that for a hanging broker too: the first bootstrap broker would be taken for
 * a live one, and the next one never be tried. After an upgrade the versions
 * may also differ.
 */
export function patchBroker(broker: BrokerState): void {
  const { disconnect } = broker;
  broker.disconnect = function () {
    this.versions = null;
    return disconnect.call(this);
  };
}

/** The used part of kafkajs's connection. */
export interface ConnectionState {
  /** Parts of an incomplete response. */
  chunks: unknown[];
  /** Their bytes. */
  bytesBuffered: number;
  /** Bytes needed to continue; first the four of a length field. */
  bytesNeeded: number;
  /** Whether it is open. */
  isConnected(): boolean;
  /** Opens it. */
  connect(): Promise<boolean>;
}

/**
 * Patches the connections' prototype: each connection begins with an empty
 * buffer.
 *
 * kafkajs reuses the object after its socket was lost. An incomplete response
 * of the old socket would garble all responses of the new one.
 */
export function patchConnection(connection: ConnectionState): void {
  const { connect } = connection;
  connection.connect = function () {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = 4;
    }
    return connect.call(this);
  };
}
