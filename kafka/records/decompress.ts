// Decompresses batches: gzip and zstd by `node:zlib`, LZ4 and the framing of
// Snappy by own code, Snappy's blocks by hysnappy (WASM). Loaded when the
// first compressed batch is read.

import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { snappyUncompress } from "hysnappy";
import type { Codec } from "./codec.ts";
import { decodeLz4 } from "./lz4.ts";

/** What a batch may be at most when it is decompressed. */
const maxOutputLength = 256 * 1024 * 1024;

/** snappy-java's header: Java clients write blocks behind it. */
const snappyJava = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];

/** The length that a Snappy block begins with, a little-endian varint. */
function snappyLength(block: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = block[i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) break;
  }
  if (length > maxOutputLength) {
    throw new RangeError(`Snappy: a block of ${length} bytes`);
  }
  return length;
}

function decodeSnappy(bytes: Uint8Array): Uint8Array {
  const decode = (block: Uint8Array) =>
    snappyUncompress(block, snappyLength(block));
  if (!snappyJava.every((byte, index) => bytes[index] === byte)) {
    return decode(bytes);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Uint8Array[] = [];
  // The header is followed by two version numbers.
  for (let at = 16; at < bytes.length;) {
    const length = view.getInt32(at);
    // Damaged bytes must not make the loop stand still or run back.
    if (length <= 0 || at + 4 + length > bytes.length) {
      throw new RangeError(`Snappy: a block of ${length} bytes at ${at}`);
    }
    blocks.push(decode(bytes.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return new Uint8Array(Buffer.concat(blocks));
}

/**
 * Decompresses a batch's records.
 *
 * @throws {RangeError} for an unknown codec, and what the decoders throw for
 * damaged bytes.
 */
export function decompress(codec: Codec, bytes: Uint8Array): Uint8Array {
  switch (codec) {
    case "none":
      return bytes;
    case "gzip":
      return gunzipSync(bytes, { maxOutputLength });
    case "snappy":
      return decodeSnappy(bytes);
    case "lz4":
      return decodeLz4(bytes);
    case "zstd":
      return zstdDecompressSync(bytes, { maxOutputLength });
    case "unknown":
      throw new RangeError("the codec is not known");
  }
}
