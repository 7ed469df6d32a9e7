// Sends batches through an idempotent kafkajs producer so that the broker can
// drop duplicates: after any error the same producer object sends the identical
// batch to the same partition again.

import { LostPartitionError } from "./send_errors.ts";

/** A record to send; texts are sent as UTF-8. */
export interface KafkaRecord {
  /** The topic's name. */
  readonly topic: string;
  /** Determines the partition. */
  readonly key: string;
  /** The payload. */
  readonly value: string;
  /** Names are unique. */
  readonly headers: Readonly<Record<string, string>>;
  /** `CreateTime`, ms since 1970. */
  readonly timestampMs: number;
}

/**
 * Records of one topic and one key, sent in one request. The array object is
 * the batch's identity: sent again after an error, it keeps its sequence
 * numbers.
 */
export type SendBatch = readonly { readonly record: KafkaRecord }[];

/** Where a batch landed. */
export interface Acknowledgement {
  /** The partition's number. */
  readonly partition: number;
  /** The offset of the batch's first record. */
  readonly baseOffset: bigint;
}

/** An idempotent producer. */
export interface RecordSender {
  /** Connects, or reconnects after a failure. Safe to repeat. */
  connect(): Promise<void>;
  /**
   * Writes a batch to one partition with acks from all in-sync replicas. After
   * an error the same batch object keeps its sequence numbers when it is sent
   * again, so that the broker can drop a duplicate.
   *
   * @throws an error that {@linkcode sendErrorKind} classifies.
   */
  send(batch: SendBatch): Promise<Acknowledgement>;
  /** Closes the connections at once and keeps the producer's identity. */
  disconnect(): Promise<void>;
  /** Closes the connections and continues as a new producer. */
  renew(): Promise<void>;
}

/** The used part of kafkajs's producer. */
export interface ProducerPort {
  /** Connects; the first time it also gets its identity from the broker. */
  connect(): Promise<void>;
  /** Closes its connections, keeps its identity and sequence numbers. */
  disconnect(): Promise<void>;
  /** Sends; the result has one item for each partition. */
  send(request: {
    topic: string;
    messages: {
      key: string;
      value: string;
      headers: Record<string, string>;
      timestamp: string;
    }[];
    acks: number;
    timeout: number;
  }): Promise<{ partition: number; baseOffset?: string }[]>;
}

/** What {@linkcode createSender} works with. */
export interface SenderPorts {
  /**
   * Makes a producer with an identity of its own.
   *
   * @param partitionOf Called for each message with the choice of Kafka's
   * default partitioner; returns the partition to use.
   */
  readonly makeProducer: (
    partitionOf: (chosen: number) => number,
  ) => ProducerPort;
  /** Destroys the producer's connections, requests in flight included. */
  readonly cut: () => void;
  /** Replaces an error of kafkajs by a better one. */
  readonly guarded: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Kafka's own timeout for reaching all in-sync replicas. */
const ackTimeoutMs = 5_000;

/** After this time without a response the connections are destroyed. */
const deliveryTimeoutMs = 12_000;

function toMessage({ key, value, headers, timestampMs }: KafkaRecord) {
  const timestamp = String(timestampMs);
  return { key, value, headers: { ...headers }, timestamp };
}

/** Makes a sender. */
export function createSender(ports: SenderPorts): RecordSender {
  let producer = newProducer();
  let connected: Promise<void> | undefined;
  let current: SendBatch | undefined;
  let partition: number | undefined;

  function newProducer(): ProducerPort {
    // A topic that grows while a batch is in doubt would change the batch's
    // partition, where the broker could not recognise it.
    return ports.makeProducer((chosen) => partition ??= chosen);
  }

  async function disconnect(): Promise<void> {
    connected = undefined;
    // kafkajs would wait for responses that may never arrive.
    ports.cut();
    await producer.disconnect();
  }

  async function send(batch: SendBatch): Promise<Acknowledgement> {
    if (batch !== current) partition = undefined;
    current = batch;
    const topic = batch[0]?.record.topic ?? "";
    const messages = batch.map(({ record }) => toMessage(record));
    // A socket whose peer vanished silently would block the batch indefinitely.
    const deadline = setInterval(ports.cut, deliveryTimeoutMs);
    try {
      const [landed] = await ports.guarded(() =>
        producer.send({ topic, messages, acks: -1, timeout: ackTimeoutMs })
      );
      if (landed === undefined) {
        throw new LostPartitionError(`${topic} has no partition ${partition}`);
      }
      if (landed.baseOffset === undefined) {
        throw new Error("the broker's response has no offset");
      }
      return {
        partition: landed.partition,
        baseOffset: BigInt(landed.baseOffset),
      };
    } finally {
      clearInterval(deadline);
    }
  }

  return {
    connect() {
      connected ??= ports.guarded(() => producer.connect()).catch((error) => {
        connected = undefined;
        throw error;
      });
      return connected;
    },
    send,
    disconnect,
    async renew() {
      await disconnect();
      current = undefined;
      producer = newProducer();
    },
  };
}
