// Decodes the record set of a Fetch response: record batches (magic 2) and the
// message sets of brokers before 0.11 (magic 0 and 1), in any codec. A batch
// that cannot be decoded is reported with its offsets, and the next one is
// decoded all the same: what another client wrote must not stop a reader.
//
// Formats: https://kafka.apache.org/documentation/#messageformat

import { messageOf } from "../../lib/errors.ts";
import { ByteReader } from "./byte_reader.ts";
import { type Codec, codecs } from "./codec.ts";
import { type DecodedRecord, readRecord } from "./record.ts";

/** A batch: its records, or why they cannot be read. */
export interface RecordRun {
  /** The first offset. */
  readonly from: bigint;
  /** The offset after the last one, also where compaction removed records. */
  readonly next: bigint;
  /** How it is compressed. */
  readonly codec: Codec;
  /** Whether it is a transaction marker, which carries no data. */
  readonly isControl: boolean;
  /** Who wrote it, if it is part of a transaction. */
  readonly producerId?: bigint;
  /** The newest time of its records, ms since 1970. */
  readonly maxTimestampMs: number;
  /** The records; none for a control batch or an unreadable one. */
  readonly records: readonly DecodedRecord[];
  /** Why the records cannot be read; `undefined` when they can. */
  readonly unreadable?: string;
}

/** Decompresses what a batch carries. */
export type Decompress = (
  codec: Codec,
  bytes: Uint8Array,
) => Promise<Uint8Array>;

/** Bytes of offset and size, which both formats begin with. */
const frameBytes = 12;

/** Where the magic byte is, in both formats. */
const magicAt = 16;

/** Whether the whole frame at the start of these bytes is there. */
function frameLength(bytes: Uint8Array): number | undefined {
  if (bytes.length <= magicAt) return undefined;
  const reader = new ByteReader(bytes);
  reader.int64();
  const length = frameBytes + reader.int32();
  // A damaged size would have the caller read the same bytes again and again.
  return length > magicAt && length <= bytes.length ? length : undefined;
}

/**
 * Decodes batch by batch. A broker cuts the response at its size limit: an
 * incomplete batch at the end is left for the next fetch.
 */
export async function* decodeRecordSet(
  bytes: Uint8Array,
  decompress: Decompress,
): AsyncGenerator<RecordRun> {
  let left = bytes;
  for (;;) {
    const length = frameLength(left);
    if (length === undefined) return;
    const frame = left.subarray(0, length);
    left = left.subarray(length);
    yield await decodeFrame(frame, decompress);
  }
}

async function decodeFrame(
  frame: Uint8Array,
  decompress: Decompress,
): Promise<RecordRun> {
  try {
    return (frame[magicAt] ?? 0) >= 2
      ? await decodeBatch(frame, decompress)
      : await decodeMessage(frame, decompress);
  } catch (error) {
    return withoutHeader(frame, messageOf(error));
  }
}

/** A frame whose header is damaged: only its first offset is known. */
function withoutHeader(frame: Uint8Array, reason: string): RecordRun {
  const from = new ByteReader(frame).int64();
  return {
    from,
    next: from + 1n,
    codec: "unknown",
    isControl: false,
    maxTimestampMs: -1,
    records: [],
    unreadable: `its header is damaged: ${reason}`,
  };
}

/** The records' error becomes the run's: its offsets are known all the same. */
async function runOf(
  run: Omit<RecordRun, "records" | "unreadable">,
  records: () => Promise<readonly DecodedRecord[]>,
): Promise<RecordRun> {
  try {
    return { ...run, records: run.isControl ? [] : await records() };
  } catch (error) {
    return { ...run, records: [], unreadable: messageOf(error) };
  }
}

function decodeBatch(
  frame: Uint8Array,
  decompress: Decompress,
): Promise<RecordRun> {
  const reader = new ByteReader(frame);
  const base = reader.int64();
  reader.int32(); // length
  reader.int32(); // leader epoch
  const magic = reader.int8();
  reader.int32(); // crc: TCP and the broker have checked it
  const attributes = reader.int16();
  const next = base + BigInt(reader.int32()) + 1n;
  if (next <= base) throw new RangeError("its last offset is before its first");
  const firstMs = Number(reader.int64());
  const maxTimestampMs = Number(reader.int64());
  const writer = reader.int64();
  reader.bytes(6); // producer epoch, sequence
  const count = reader.int32();
  const codec = codecOf(attributes);
  const isControl = (attributes & 0x20) !== 0;
  const isAppendTime = (attributes & 0x08) !== 0;
  const isTransactional = (attributes & 0x10) !== 0;
  const first = {
    offset: base,
    timestampMs: firstMs,
    appendedMs: isAppendTime ? maxTimestampMs : undefined,
  };
  const run = {
    from: base,
    next,
    codec,
    isControl,
    ...isTransactional ? { producerId: writer } : {},
    maxTimestampMs,
  };
  return runOf(run, async () => {
    if (magic !== 2) throw new Error(`its format is ${magic}, newer than 2`);
    const plain = await plainOf(codec, reader.rest(), decompress);
    const records = new ByteReader(plain);
    return Array.from({ length: count }, () =>
      records.within(
        records.varint(),
        (reader) => readRecord(reader, first),
      ));
  });
}

interface Message extends DecodedRecord {
  readonly magic: number;
  readonly attributes: number;
}

function readMessage(reader: ByteReader): Message {
  const offset = reader.int64();
  const body = new ByteReader(reader.bytes(reader.int32()) ?? new Uint8Array());
  body.int32(); // crc
  const magic = body.int8();
  const attributes = body.int8();
  const timestampMs = magic === 0 ? -1 : Number(body.int64());
  const key = body.bytes(body.int32());
  const value = body.bytes(body.int32());
  return { offset, timestampMs, key, value, headers: [], magic, attributes };
}

/** A message of the old formats; a compressed one wraps a whole set. */
async function decodeMessage(
  frame: Uint8Array,
  decompress: Decompress,
): Promise<RecordRun> {
  const { magic, attributes, ...outer } = readMessage(new ByteReader(frame));
  const codec = codecOf(attributes);
  const run = await runOf({
    from: outer.offset,
    next: outer.offset + 1n,
    codec,
    isControl: false,
    maxTimestampMs: outer.timestampMs,
  }, async () => {
    if (codec === "none") return [outer];
    const set = new ByteReader(
      await plainOf(codec, outer.value ?? new Uint8Array(), decompress),
    );
    const inner: Message[] = [];
    while (set.left > 0) inner.push(readMessage(set));
    // Since format 1 inner offsets are relative, and the wrapper has the last.
    const shift = magic === 0
      ? 0n
      : outer.offset - (inner.at(-1)?.offset ?? 0n);
    const isAppendTime = magic > 0 && (attributes & 0x08) !== 0;
    return inner.map(({ offset, timestampMs, key, value, headers }) => ({
      offset: offset + shift,
      timestampMs: isAppendTime ? outer.timestampMs : timestampMs,
      key,
      value,
      headers,
    }));
  });
  return { ...run, from: run.records[0]?.offset ?? run.from };
}

function codecOf(attributes: number): Codec {
  return codecs[attributes & 0x07] ?? "unknown";
}

async function plainOf(
  codec: Codec,
  bytes: Uint8Array,
  decompress: Decompress,
): Promise<Uint8Array> {
  return codec === "none" ? bytes : await decompress(codec, bytes);
}
