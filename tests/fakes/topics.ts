import type { PriceRecord } from "../../producer/outbox/outbox.ts";
import type {
  StoredRecord,
  Tail,
  UnreadableBatch,
} from "../../kafka/tail_reader.ts";
import { storedAt } from "./samples.ts";

/** An error as kafkajs throws it, with the name of Kafka's error code. */
export function kafkaError(type: string): Error {
  const cause = Object.assign(new Error(type), { type });
  return new Error(`wrapped: ${type}`, { cause });
}

export class FakeTopics implements Tail {
  readonly #logs = new Map<string, StoredRecord[]>();
  /** The reads so far, as `topic/partition from..to`. */
  readonly reads: string[] = [];
  /** What each read steps over. */
  readonly unreadable: UnreadableBatch[] = [];
  /** How many records were deleted at the start. */
  trimmed = 0;

  append(records: readonly PriceRecord[], partition = 0): bigint {
    const [first] = records;
    if (first === undefined) return -1n;
    const name = `${first.topic}/${partition}`;
    const log = this.#logs.get(name) ?? [];
    this.#logs.set(name, log);
    const base = BigInt(log.length);
    for (const record of records) {
      log.push(storedAt(record, partition, BigInt(log.length)));
    }
    return base;
  }

  records(topic = "crypto.prices.raw", partition = 0): StoredRecord[] {
    return this.#logs.get(`${topic}/${partition}`) ?? [];
  }

  sequences(topic?: string, partition?: number): string[] {
    return this.records(topic, partition)
      .map(({ headers }) => headers.sequence!);
  }

  delete(topic: string): void {
    for (const name of this.#logs.keys()) {
      if (name.startsWith(`${topic}/`)) this.#logs.delete(name);
    }
  }

  offsets(topic: string) {
    const names = [...this.#logs.keys()]
      .filter((name) => name.startsWith(`${topic}/`));
    if (names.length === 0) {
      return Promise.reject(kafkaError("UNKNOWN_TOPIC_OR_PARTITION"));
    }
    return Promise.resolve(names.map((name) => ({
      partition: Number(name.split("/")[1]),
      start: BigInt(this.trimmed),
      end: BigInt(this.#logs.get(name)?.length ?? 0),
    })));
  }

  offsetSince(topic: string, partition: number, sinceMs: number) {
    const found = this.#logs.get(`${topic}/${partition}`)?.slice(this.trimmed)
      .find(({ timestampMs }) => timestampMs >= sinceMs);
    return Promise.resolve(found?.offset);
  }

  read(
    topic: string,
    { partition, from, to }: { partition: number; from: bigint; to: bigint },
  ) {
    this.reads.push(`${topic}/${partition} ${from}..${to}`);
    const log = this.#logs.get(`${topic}/${partition}`) ?? [];
    const records = log.slice(Number(from), Number(to));
    return Promise.resolve({ records, unreadable: [...this.unreadable] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
