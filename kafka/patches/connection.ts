/**
 * Mends how kafkajs 2.2.4 comes to a broker, and back to it.
 *
 * @module
 */

import { type Address, formatAddress } from "../../lib/address.ts";

/**
 * A bootstrap broker as kafkajs can read it. It cuts at the first colon, of
 * which an IPv6 address has several: they are written as `%3A`, which is in no
 * host's name. {@linkcode hostOf} turns that back.
 */
export function seedName({ host, port }: Address): string {
  return formatAddress({ host: encodeURIComponent(host), port });
}

/** The host that kafkajs means. */
export function hostOf(seed: string): string {
  return decodeURIComponent(seed);
}

/** What is used of kafkajs's broker. */
export interface BrokerState {
  /** What the broker understands, once it was asked. */
  versions: unknown;
  /** Closes its connections. */
  disconnect(): Promise<void>;
}

/**
 * Patches the prototype of the brokers: after a disconnect the broker is asked
 * again what it understands.
 *
 * kafkajs remembers the answer, so that connecting again is no more than
 * opening a socket. The system does that for a program that hangs, too: the
 * first bootstrap broker would be taken for a live one, and the next never be
 * tried. After an upgrade the answer may also be another one.
 */
export function patchBroker(broker: BrokerState): void {
  const { disconnect } = broker;
  broker.disconnect = function () {
    this.versions = null;
    return disconnect.call(this);
  };
}

/** What is used of kafkajs's connection. */
export interface ConnectionState {
  /** Parts of an answer that has not come whole. */
  chunks: unknown[];
  /** Their bytes. */
  bytesBuffered: number;
  /** Bytes that are needed to go on; first the four of a length. */
  bytesNeeded: number;
  /** Whether it is open. */
  isConnected(): boolean;
  /** Opens it. */
  connect(): Promise<boolean>;
}

/**
 * Patches the prototype of the connections: each begins with an empty buffer.
 *
 * kafkajs uses the object again after its socket was lost. Half an answer of
 * the old socket would make nonsense of all answers of the new one.
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
