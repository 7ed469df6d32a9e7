// The client of a cluster as its callers see it; `client.ts` makes one.

import type { Address } from "../lib/address.ts";
import type { KafkaKeys } from "./credentials.ts";
import type { MessageLimit } from "./message_limit.ts";
import type { RecordSender } from "./sender.ts";
import type { Tail } from "./tail_reader.ts";
import type { TopicAdmin, TopicChange } from "./topic_admin.ts";
import type { TopicReader } from "./topic_reader.ts";
import type { TopicSpec } from "./topic_spec.ts";

/** How to reach a cluster. */
export interface KafkaSettings {
  /** Bootstrap brokers. */
  readonly brokers: readonly Address[];
  /** The client id in the brokers' logs and metrics. */
  readonly clientId: string;
  /** TLS and SASL; absent for plaintext without authentication. */
  readonly keys?: KafkaKeys | undefined;
  /**
   * Called before each connection, also to brokers that the cluster advertises.
   *
   * @throws {UsageError} when this process may not connect there.
   */
  readonly checkHost?: (address: Address) => void;
  /**
   * Whether brokers that cannot be reached are dialled once a second at most,
   * by all parts together. Without it, kafkajs repeats a failed connection at
   * once, which suits a command that does not try again.
   */
  readonly paced?: boolean;
  /** Gets kafkajs's log messages, and a line for each connection. */
  readonly debug?: (message: string) => void;
}

/** Uses connections of its own, which are to be closed. */
export type Closable<T> = T & { close(): Promise<void> };

/** A client of one cluster. Each part connects when it is opened. */
export interface KafkaClient {
  /** Makes a sender with its own connections and producer identity. */
  sender(): RecordSender;
  /** Connects for administration. */
  openAdmin(): Promise<Closable<TopicAdmin>>;
  /** {@linkcode TopicAdmin.ensureTopic} over a connection of its own. */
  ensureTopic(spec: TopicSpec): Promise<TopicChange>;
  /**
   * {@linkcode TopicAdmin.messageLimit} over a connection of its own. Where
   * Kafka cannot be reached, its default is assumed.
   */
  messageLimit(topic: string): Promise<MessageLimit>;
  /** Connects for reading without a consumer group. */
  openTail(): Promise<Closable<Tail>>;
  /** Connects for following a topic, which need not exist yet. */
  openTopicReader(topic: string): Promise<Closable<TopicReader>>;
  /**
   * Connects to a broker at the address that it advertises, as every send does;
   * the configured address may be another one.
   *
   * @throws {AddressError} when no broker can be reached there.
   */
  reachBroker(): Promise<void>;
  /**
   * Waits after a failed attempt, in milliseconds.
   *
   * @returns whether a broker that could not be reached answers again, which
   * ends the wait early.
   */
  rest(ms: number, signal: AbortSignal): Promise<boolean>;
}
