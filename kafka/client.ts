/**
 * The one file that imports kafkajs. It hands out the narrow ports that the
 * rest works with: a sender, the topic's administration, a reader of tails.
 *
 * @module
 */

import kafkajs from "kafkajs";
// Parts without a public name; the package has no "exports" map.
import KafkajsBroker from "kafkajs/src/broker/index.js";
import plain from "kafkajs/src/broker/saslAuthenticator/plain.js";
import scram256 from "kafkajs/src/broker/saslAuthenticator/scram256.js";
import scram512 from "kafkajs/src/broker/saslAuthenticator/scram512.js";
import Cluster from "kafkajs/src/cluster/index.js";
import KafkajsConnection from "kafkajs/src/network/connection.js";
import KafkajsQueue from "kafkajs/src/network/requestQueue/index.js";
import type { Address } from "../lib/address.ts";
import { securityReason, withReason } from "./access_error.ts";
import type { KafkaKeys } from "./credentials.ts";
import { type Authenticators, saslOptions } from "./sasl.ts";
import {
  type BrokerState,
  type ConnectionState,
  hostOf,
  patchBroker,
  patchConnection,
  seedName,
} from "./patches/connection.ts";
import { openSocket } from "./socket.ts";
import { errorTypeOf } from "./send_errors.ts";
import { type ClusterPort, createTail, type Tail } from "./tail_reader.ts";
import { createTopicAdmin, type TopicAdmin } from "./topic_admin.ts";
import {
  patchRequestQueue,
  type RequestQueue,
} from "./patches/request_queue.ts";
import { createSender, type RecordSender } from "./sender.ts";

// Its names come from a CommonJS spread that named imports cannot see.
const { Kafka, logLevel, Partitioners } = kafkajs;

/** How to reach a cluster. */
export interface KafkaSettings {
  /** Brokers to ask first. */
  readonly brokers: readonly Address[];
  /** The name given to the brokers. */
  readonly clientId: string;
  /** The keys to the brokers; absent for connections in the clear. */
  readonly keys?: KafkaKeys | undefined;
  /**
   * Called before each connection, also to brokers that the cluster names.
   *
   * @throws {UsageError} when this process may not connect there.
   */
  readonly checkHost?: (address: Address) => void;
  /** Takes what kafkajs says, whatever its level. */
  readonly debug?: (message: string) => void;
}

/** The topic's administration with a connection of its own. */
export interface KafkaAdmin extends TopicAdmin {
  /** Closes the connection. */
  close(): Promise<void>;
}

/** A reader of tails with a connection of its own. */
export interface KafkaTail extends Tail {
  /** Closes the connection. */
  close(): Promise<void>;
}

/** A client of one cluster. Nothing is connected before it is asked for. */
export interface KafkaClient {
  /** Makes a sender with connections and an identity of its own. */
  sender(): RecordSender;
  /** Connects for administration. */
  openAdmin(): Promise<KafkaAdmin>;
  /** Connects for reading without a consumer group. */
  openTail(): Promise<KafkaTail>;
}

const connectTimeoutMs = 5_000;
const requestTimeoutMs = 10_000;

// Retrying is the publisher's work, which knows when to stop; kafkajs wants at
// least one try more for an idempotent producer.
const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 2 };

const authenticators = {
  "plain": plain,
  "scram-sha-256": scram256,
  "scram-sha-512": scram512,
} as Authenticators;

patchRequestQueue(KafkajsQueue.prototype as unknown as RequestQueue);
patchBroker(KafkajsBroker.prototype as unknown as BrokerState);
patchConnection(KafkajsConnection.prototype as unknown as ConnectionState);

/** Makes a client. It never writes to the console. */
export function createKafkaClient(settings: KafkaSettings): KafkaClient {
  const { keys, checkHost } = settings;
  let refused: unknown;
  // The cause behind what kafkajs wraps, retries and replaces by what comes
  // of it: a host that this process may not reach, a file that cannot be used,
  // a certificate that is refused. A broker's own answer says more.
  const explain = (error: unknown) => {
    const answered = errorTypeOf(error) !== undefined;
    return withReason(answered ? error : refused ?? error, keys?.access);
  };
  const socketFactory: kafkajs.ISocketFactory = ({ host, port, onConnect }) => {
    try {
      return openSocket({ host: hostOf(host), port }, onConnect, {
        checkHost,
        tls: keys?.tls,
        sasl: keys?.sasl !== undefined,
        onError(error) {
          if (securityReason(error) !== undefined) refused = error;
        },
      });
    } catch (error) {
      refused = error;
      throw error;
    }
  };
  const common = {
    brokers: settings.brokers.map(seedName),
    clientId: settings.clientId,
    connectionTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry,
    socketFactory,
    ...keys?.sasl === undefined ? {} : {
      sasl: saslOptions(
        keys.sasl,
        authenticators,
      ) as unknown as kafkajs.Mechanism,
    },
  };
  const options: kafkajs.KafkaConfig = {
    ...common,
    logLevel: settings.debug === undefined ? logLevel.NOTHING : logLevel.INFO,
    logCreator: () => ({ namespace, log }) => {
      settings.debug?.(`${namespace}: ${log.message}`);
    },
  };
  const kafka = new Kafka(options);

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    refused = undefined;
    try {
      return await work();
    } catch (error) {
      throw explain(error);
    }
  }

  return {
    sender() {
      const sockets = new Set<ReturnType<typeof socketFactory>>();
      const own = new Kafka({
        ...options,
        socketFactory(request) {
          const socket = socketFactory(request);
          sockets.add(socket);
          socket.once("close", () => sockets.delete(socket));
          return socket;
        },
      });
      return createSender({
        makeProducer: (partitionOf) =>
          own.producer({
            // The partition of a key is the one that Kafka's clients choose.
            createPartitioner: () => {
              const choose = Partitioners.DefaultPartitioner();
              return (request) => partitionOf(choose(request));
            },
            allowAutoTopicCreation: false,
            idempotent: true,
            maxInFlightRequests: 1,
            retry,
          }),
        cut() {
          // Without an error kafkajs would not notice.
          const error = new Error("the connection is given up");
          for (const socket of sockets) socket.destroy(error);
        },
        guarded,
      });
    },
    async openAdmin() {
      const admin = kafka.admin({ retry });
      await guarded(() => admin.connect());
      return {
        ...createTopicAdmin(admin),
        close: () => admin.disconnect(),
      };
    },
    async openTail() {
      const cluster = new Cluster(
        {
          ...common,
          logger: kafka.logger(),
          allowAutoTopicCreation: false,
          isolationLevel: 0,
        } as unknown as ConstructorParameters<typeof Cluster>[0],
      );
      await guarded(() => cluster.connect());
      return {
        ...createTail(cluster as unknown as ClusterPort),
        close: () => cluster.disconnect(),
      };
    },
  };
}
