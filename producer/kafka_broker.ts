/**
 * Mends how kafkajs 2.2.4 comes back to a broker.
 *
 * @module
 */

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
