// Fetch with the record sets as bytes. kafkajs decodes them itself, and throws
// the whole response away for one batch that it cannot decode.
//
// Format: https://kafka.apache.org/protocol#The_Messages_Fetch. Version 11 is
// understood by brokers from 2.3 on, version 4 by those from 0.11 on; below 10
// a broker refuses to send zstd.

import { ByteReader } from "./byte_reader.ts";

/** An aborted transaction, of which a partition holds records. */
export interface AbortedTransaction {
  /** Who wrote it. */
  readonly producerId: bigint;
  /** The offset of its first record. */
  readonly from: bigint;
}

/** A partition of a Fetch response. */
export interface FetchedPartition {
  /** Which one. */
  readonly partition: number;
  /** Kafka's error code, 0 for none. */
  readonly errorCode: number;
  /** The offset after the last record that all replicas have. */
  readonly highWatermark: bigint;
  /** Transactions that were aborted; only for `read_committed`. */
  readonly aborted: readonly AbortedTransaction[];
  /** The record set, cut at the broker's size limit. */
  readonly recordSet: Uint8Array;
}

/** A decoded Fetch response, in kafkajs's shape. */
export interface FetchResponse {
  /** The broker has waited already, so kafkajs need not. */
  readonly clientSideThrottleTime: 0;
  /** Partitions by topic. */
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
}

/** The versions of Fetch that are used. */
export type FetchVersion = 4 | 11;

/** Fetch among Kafka's APIs. */
const fetchKey = 1;

const utf8 = new TextDecoder();

function array<T>(reader: ByteReader, item: () => T): T[] {
  return Array.from({ length: Math.max(0, reader.int32()) }, item);
}

function decodePartition(
  reader: ByteReader,
  version: FetchVersion,
): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  reader.int64(); // last stable offset
  if (version === 11) reader.int64(); // log start offset
  const aborted = array(reader, () => ({
    producerId: reader.int64(),
    from: reader.int64(),
  }));
  if (version === 11) reader.int32(); // preferred read replica
  const recordSet = reader.bytes(reader.int32()) ?? new Uint8Array();
  return { partition, errorCode, highWatermark, aborted, recordSet };
}

/**
 * Decodes a Fetch response without its correlation id.
 *
 * @throws {RangeError} for a response that ends too early.
 */
export function decodeFetchResponse(
  bytes: Uint8Array,
  version: FetchVersion,
): FetchResponse {
  const reader = new ByteReader(bytes);
  reader.int32(); // throttle time
  if (version === 11) reader.bytes(6); // error code, session id
  const responses = array(reader, () => ({
    topicName: utf8.decode(reader.bytes(reader.int16()) ?? undefined),
    partitions: array(reader, () => decodePartition(reader, version)),
  }));
  return { clientSideThrottleTime: 0, responses };
}

/** What is used of kafkajs's broker. */
export interface FetchingBroker {
  /** Sends a Fetch; its response is what {@linkcode rawFetch} decodes. */
  fetch(request: object): Promise<FetchResponse>;
  /** The versions that it understands, by API key. */
  readonly versions?:
    | Readonly<Record<number, { readonly maxVersion: number }>>
    | null;
}

/** The parts of kafkajs that encode the request and check the response. */
export interface FetchProtocol {
  /** Encode a version each. */
  readonly requests: Readonly<
    Record<FetchVersion, (fields: object) => unknown>
  >;
  /** Throws for a partition's error code. */
  readonly parse: (response: FetchResponse) => Promise<FetchResponse>;
}

/** A broker that hands out record sets as bytes; the given one is unchanged. */
export function rawFetch(
  broker: FetchingBroker,
  { requests, parse }: FetchProtocol,
): FetchingBroker {
  const version = (broker.versions?.[fetchKey]?.maxVersion ?? 4) < 11 ? 4 : 11;
  const lookupRequest = () => (fields: { maxWaitTime: number }) => ({
    // Last: kafkajs hands on a replica id that is undefined.
    request: requests[version]({ ...fields, replicaId: -1 }),
    response: {
      decode: (raw: Uint8Array) =>
        Promise.resolve(decodeFetchResponse(raw, version)),
      parse,
    },
    // As kafkajs reckons: the broker may hold the request that long.
    requestTimeout: fields.maxWaitTime + 100,
  });
  return Object.create(broker, { lookupRequest: { value: lookupRequest } });
}
