/**
 * Sends batches through an idempotent kafkajs producer, in such a way that the
 * broker can drop a double: whatever goes wrong, the same producer object sends
 * the identical batch to the same partition again.
 *
 * @module
 */

import { LostPartitionError } from "./send_errors.ts";

/** A record as Kafka takes it. */
export interface KafkaRecord {
  /** The topic. */
  readonly topic: string;
  /** The key, UTF-8. */
  readonly key: string;
  /** The value, UTF-8. */
  readonly value: string;
  /** The headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** The record's time, ms since 1970. */
  readonly timestampMs: number;
}

/** Records for one topic and one partition, sent in one request. */
export type SendBatch = readonly { readonly record: KafkaRecord }[];

/** Where a batch landed. */
export interface Acknowledgement {
  /** The partition. */
  readonly partition: number;
  /** The offset of the batch's first record. */
  readonly baseOffset: bigint;
}

/** What the publisher needs of a Kafka client. */
export interface RecordSender {
  /** Connects, again if need be. Safe to repeat. */
  connect(): Promise<void>;
  /**
   * Writes a batch to one partition with acks from all in-sync replicas. After
   * an error the same batch object, sent again, keeps its place in the
   * sequence, so that the broker can drop a double.
   *
   * @throws what {@linkcode sendErrorKind} tells apart.
   */
  send(batch: SendBatch): Promise<Acknowledgement>;
  /** Closes the connections at once; the producer's identity lives on. */
  disconnect(): Promise<void>;
  /** Gives the identity up and goes on as a new producer. */
  renew(): Promise<void>;
}

/** A record as kafkajs takes it. */
export interface ProducerMessage {
  /** The key. */
  readonly key: string;
  /** The value. */
  readonly value: string;
  /** The headers. */
  readonly headers: Record<string, string>;
  /** The record's time, ms since 1970. */
  readonly timestamp: string;
}

/** What is used of kafkajs's producer. */
export interface ProducerPort {
  /** Connects; the first time it also gets its identity from the broker. */
  connect(): Promise<void>;
  /** Closes its connections; its identity and sequence numbers live on. */
  disconnect(): Promise<void>;
  /** Sends; one partition, one answer. */
  send(request: {
    topic: string;
    messages: ProducerMessage[];
    acks: number;
    timeout: number;
  }): Promise<{ partition: number; baseOffset?: string }[]>;
}

/** What the sender works with. */
export interface SenderPorts {
  /**
   * Makes a producer with an identity of its own.
   *
   * @param partitionOf Asked for each message; gets what the partitioner of
   * Kafka's own clients chooses for it now.
   */
  readonly makeProducer: (
    partitionOf: (chosen: number) => number,
  ) => ProducerPort;
  /** Ends the producer's connections at once, what is under way with them. */
  readonly cut: () => void;
  /** Puts a better error in the place of one of kafkajs's. */
  readonly guarded: <T>(work: () => Promise<T>) => Promise<T>;
}

/** How long the brokers may take to have the batch in all in-sync replicas. */
const ackTimeoutMs = 5_000;

/** How long one connection may take for a batch before it is given up. */
const deliveryMs = 12_000;

function toMessage(record: KafkaRecord): ProducerMessage {
  return {
    key: record.key,
    value: record.value,
    headers: { ...record.headers },
    timestamp: String(record.timestampMs),
  };
}

/** Makes a sender. */
export function createSender(ports: SenderPorts): RecordSender {
  let producer = newProducer();
  let connected: Promise<void> | undefined;
  let current: SendBatch | undefined;
  let partition: number | undefined;

  function newProducer(): ProducerPort {
    // A topic that grows while a batch is in doubt would change its partition,
    // where the broker could not know it again.
    return ports.makeProducer((chosen) => partition ??= chosen);
  }

  async function disconnect(): Promise<void> {
    connected = undefined;
    // kafkajs would wait for answers that may never come.
    ports.cut();
    await producer.disconnect();
  }

  async function send(batch: SendBatch): Promise<Acknowledgement> {
    if (batch !== current) partition = undefined;
    current = batch;
    const topic = batch[0]?.record.topic ?? "";
    const messages = batch.map(({ record }) => toMessage(record));
    // A socket whose peer is gone without a word would hold the batch for ever.
    const deadline = setInterval(ports.cut, deliveryMs);
    try {
      const [landed] = await ports.guarded(() =>
        producer.send({ topic, messages, acks: -1, timeout: ackTimeoutMs })
      );
      if (landed === undefined) {
        throw new LostPartitionError(`${topic} has no partition ${partition}`);
      }
      if (landed.baseOffset === undefined) {
        throw new Error("the broker's answer carries no offset");
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
