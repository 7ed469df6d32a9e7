// The part of Kafka's protocol that a proxy of Produce requests needs
// (https://kafka.apache.org/protocol, Produce 3 to 8, record batch format 2).

export interface RequestHead {
  /** 0 for Produce. */
  readonly apiKey: number;
  /** Repeated in the response. */
  readonly correlationId: number;
}

export interface BatchIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
  /** The sequence number of the batch's first record. */
  readonly baseSequence: number;
  readonly records: number;
}

export interface ProduceResponse {
  /** 0 for none. */
  readonly errorCode: number;
  /** The offset of the first record. */
  readonly baseOffset: bigint;
}

export const produceKey = 0;

const lengthBytes = 4;

/** Splits a stream of bytes into frames; each keeps its length prefix. */
export async function* frames(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0);
  for await (const part of stream) {
    const joined = new Uint8Array(rest.length + part.length);
    joined.set(rest);
    joined.set(part, rest.length);
    rest = joined;
    while (rest.length >= lengthBytes) {
      const size = lengthBytes + viewOf(rest).getInt32(0);
      if (rest.length < size) break;
      yield rest.slice(0, size);
      rest = rest.slice(size);
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function requestHead(frame: Uint8Array): RequestHead {
  const view = viewOf(frame);
  return {
    apiKey: view.getInt16(lengthBytes),
    correlationId: view.getInt32(lengthBytes + 4),
  };
}

export function responseId(frame: Uint8Array): number {
  return viewOf(frame).getInt32(lengthBytes);
}

/** Parses the batch of a Produce request with one topic and one partition. */
export function batchIdentity(frame: Uint8Array): BatchIdentity {
  const view = viewOf(frame);
  let at = lengthBytes + 8;
  const skipText = () => void (at += 2 + Math.max(0, view.getInt16(at)));
  skipText(); // client id
  skipText(); // transactional id
  at += 2 + 4 + 4; // acks, timeout, number of topics
  skipText(); // topic
  at += 4 + 4 + 4; // number of partitions, partition, bytes of the batch
  return {
    producerId: view.getBigInt64(at + 43),
    epoch: view.getInt16(at + 51),
    baseSequence: view.getInt32(at + 53),
    records: view.getInt32(at + 57),
  };
}

/** The index of the error code in a Produce response; the offset follows. */
function errorAt(view: DataView): number {
  let at = lengthBytes + 4 + 4; // correlation id, number of topics
  at += 2 + view.getInt16(at); // topic
  return at + 4 + 4; // number of partitions, partition
}

export function deny(frame: Uint8Array, errorCode: number): void {
  const view = viewOf(frame);
  const at = errorAt(view);
  view.setInt16(at, errorCode);
  view.setBigInt64(at + 2, -1n);
}

export function produceResponse(frame: Uint8Array): ProduceResponse {
  const view = viewOf(frame);
  const at = errorAt(view);
  return {
    errorCode: view.getInt16(at),
    baseOffset: view.getBigInt64(at + 2),
  };
}
