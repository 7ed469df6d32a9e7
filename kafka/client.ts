// The one file that imports kafkajs, and the one way to a cluster: it hands out
// a sender, the topics' administration and readers. Their types are in the files
// that make them, so that no test of a caller loads kafkajs.

import kafkajs from "kafkajs";
// Parts without a public name; the package has no "exports" map.
import KafkajsBroker from "kafkajs/src/broker/index.js";
import plain from "kafkajs/src/broker/saslAuthenticator/plain.js";
import scram256 from "kafkajs/src/broker/saslAuthenticator/scram256.js";
import scram512 from "kafkajs/src/broker/saslAuthenticator/scram512.js";
import Cluster from "kafkajs/src/cluster/index.js";
import KafkajsConnection from "kafkajs/src/network/connection.js";
import KafkajsQueue from "kafkajs/src/network/requestQueue/index.js";
import { systemClock } from "../lib/clock.ts";
import type { Closable, KafkaClient, KafkaSettings } from "./client_types.ts";
import { type Authenticators, saslOptions } from "./sasl.ts";
import {
  type BrokerState,
  type ConnectionState,
  hostOf,
  patchBroker,
  patchConnection,
  seedName,
} from "./patches/connection.ts";
import { guardedAdmin, guardedReader, guardedTail } from "./guarded_calls.ts";
import { createLink, type Link } from "./link.ts";
import { answers, openForLook } from "./look.ts";
import { assumedLimit } from "./message_limit.ts";
import { createReach } from "./reach.ts";
import type { ClusterPort, Tail, TailPorts } from "./tail_reader.ts";
import { createTopicAdmin, type TopicAdmin } from "./topic_admin.ts";
import { patchSaslSession, type SessionState } from "./patches/sasl_session.ts";
import {
  patchRequestQueue,
  type RequestQueue,
} from "./patches/request_queue.ts";
import type { FetchProtocol } from "./records/raw_fetch.ts";
import { createSender } from "./sender.ts";
import type { FollowCluster } from "./topic_fetch.ts";
import type { TopicReader } from "./topic_reader.ts";

// Named imports fail: the CommonJS module exports a spread object.
const { Kafka, logLevel, Partitioners } = kafkajs;

const connectTimeoutMs = 5_000;
const requestTimeoutMs = 10_000;

// Retrying is the caller's work, which knows when to stop; kafkajs requires at
// least one retry for an idempotent producer.
const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 2 };

const authenticators = {
  "plain": plain,
  "scram-sha-256": scram256,
  "scram-sha-512": scram512,
} as Authenticators;

/** Loaded for the first read. */
async function loadTailPorts(): Promise<TailPorts> {
  const [fetch4, fetch11, response] = await Promise.all([
    import("kafkajs/src/protocol/requests/fetch/v4/request.js"),
    import("kafkajs/src/protocol/requests/fetch/v11/request.js"),
    import("kafkajs/src/protocol/requests/fetch/v4/response.js"),
  ]);
  const protocol = {
    requests: { 4: fetch4.default, 11: fetch11.default },
    parse: response.default.parse,
  } as FetchProtocol;
  return {
    protocol,
    async decompress(codec, bytes) {
      const { decompress } = await import("./records/decompress.ts");
      return decompress(codec, bytes);
    },
  };
}

async function createTailReader(cluster: unknown): Promise<Tail> {
  const [{ createTail }, ports] = await Promise.all([
    import("./tail_reader.ts"),
    loadTailPorts(),
  ]);
  return createTail(cluster as ClusterPort, ports);
}

async function createReader(
  cluster: unknown,
  topic: string,
): Promise<TopicReader> {
  const [{ createTopicReader }, ports] = await Promise.all([
    import("./topic_reader.ts"),
    loadTailPorts(),
  ]);
  return createTopicReader(cluster as FollowCluster, topic, ports);
}

patchRequestQueue(KafkajsQueue.prototype as unknown as RequestQueue);
patchBroker(KafkajsBroker.prototype as unknown as BrokerState);
patchConnection(KafkajsConnection.prototype as unknown as ConnectionState);
patchSaslSession(KafkajsConnection.prototype as unknown as SessionState);

/** Makes a client. It never writes to the console. */
export function createKafkaClient(settings: KafkaSettings): KafkaClient {
  const { keys } = settings;
  const reach = createReach({
    seeds: settings.brokers,
    clock: systemClock,
    random: Math.random,
    look: (address, signal) =>
      answers(
        (onConnect, onAnswer) =>
          openForLook(address, { ...settings, reach, onConnect, onAnswer }),
        signal,
      ),
  });

  /** Connections of a part's own, and kafkajs's options that use them. */
  function connections(): { link: Link; options: kafkajs.KafkaConfig } {
    const link = createLink({ ...settings, reach });
    return {
      link,
      options: {
        ...options,
        socketFactory: ({ host, port, onConnect }) =>
          link.open({ host: hostOf(host), port }, onConnect),
      },
    };
  }

  const common = {
    brokers: () => reach.seeds().map(seedName),
    clientId: settings.clientId,
    connectionTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry,
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

  async function openAdmin(): Promise<Closable<TopicAdmin>> {
    const { link, options } = connections();
    const admin = new Kafka(options).admin({ retry });
    await link.guarded(() => admin.connect());
    return {
      ...createTopicAdmin(guardedAdmin(admin, link)),
      close: () => admin.disconnect(),
    };
  }

  async function openCluster(
    isolationLevel: 0 | 1,
  ): Promise<{ cluster: Cluster; link: Link }> {
    const { link, options } = connections();
    const cluster = new Cluster(
      {
        ...options,
        enforceRequestTimeout: true,
        logger: new Kafka(options).logger(),
        allowAutoTopicCreation: false,
        isolationLevel,
      } as unknown as ConstructorParameters<typeof Cluster>[0],
    );
    await link.guarded(() => cluster.connect());
    return { cluster, link };
  }

  return {
    sender() {
      const { link, options } = connections();
      const kafka = new Kafka(options);
      return createSender({
        makeProducer: (partitionOf) =>
          kafka.producer({
            // A key's partition is the one that Kafka's own clients choose.
            createPartitioner: () => {
              const choose = Partitioners.DefaultPartitioner();
              return (request) => partitionOf(choose(request));
            },
            allowAutoTopicCreation: false,
            idempotent: true,
            maxInFlightRequests: 1,
            retry,
          }),
        cut: link.cut,
        guarded: link.guarded,
      });
    },
    openAdmin,
    rest: reach.rest,
    async ensureTopic(spec) {
      const admin = await openAdmin();
      try {
        return await admin.ensureTopic(spec);
      } finally {
        await admin.close();
      }
    },
    async messageLimit(topic) {
      try {
        const admin = await openAdmin();
        try {
          return await admin.messageLimit(topic);
        } finally {
          await admin.close();
        }
      } catch (error) {
        return assumedLimit(error);
      }
    },
    async openTail() {
      const { cluster, link } = await openCluster(0);
      const tail = await createTailReader(cluster);
      return {
        ...guardedTail(tail, link),
        close: () => cluster.disconnect(),
      };
    },
    async reachBroker() {
      const { link, cluster } = await openCluster(0);
      try {
        await link.guarded(() => reachAny(cluster));
      } finally {
        await cluster.disconnect();
      }
    },
    async openTopicReader(topic) {
      const { cluster, link } = await openCluster(1);
      const reader = await createReader(cluster, topic);
      return {
        ...guardedReader(reader, link),
        async close() {
          link.cut(); // Otherwise it waits for the answers of brokers.
          await cluster.disconnect();
        },
      };
    },
  };
}

/** Connects to the advertised address of one broker; one may be down. */
async function reachAny(cluster: Cluster): Promise<void> {
  await cluster.refreshMetadata();
  let failure: unknown = new Error("the cluster has no brokers");
  for (const nodeId of cluster.getNodeIds()) {
    try {
      const broker = await cluster.findBroker({ nodeId });
      // kafkajs itself has only opened a connection.
      await broker.apiVersions();
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
