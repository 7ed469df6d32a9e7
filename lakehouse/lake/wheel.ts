// Reads one file out of a wheel, which is a zip archive.

import { inflateRawSync } from "node:zlib";

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const maxCommentBytes = 65_535;

function damaged(what: string): Error {
  return new Error(`the archive is damaged: ${what}`);
}

/** Where the central directory begins, and how many entries it has. */
function directoryOf(view: DataView): { at: number; count: number } {
  const last = view.byteLength - endBytes;
  for (let at = last; at >= Math.max(0, last - maxCommentBytes); at--) {
    if (view.getUint32(at, true) !== endSignature) continue;
    return {
      count: view.getUint16(at + 10, true),
      at: view.getUint32(at + 16, true),
    };
  }
  throw damaged("it has no end record");
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly unpacked: number;
  /** Where its local header is. */
  readonly at: number;
}

function* entriesOf(bytes: Uint8Array, view: DataView): Generator<Entry> {
  let { at, count } = directoryOf(view);
  for (; count > 0; count--) {
    if (view.getUint32(at, true) !== entrySignature) {
      throw damaged("an entry is missing");
    }
    const nameBytes = view.getUint16(at + 28, true);
    const name = bytes.subarray(at + 46, at + 46 + nameBytes);
    yield {
      name: new TextDecoder().decode(name),
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    };
    at += 46 + nameBytes + view.getUint16(at + 30, true) +
      view.getUint16(at + 32, true);
  }
}

function contentOf(
  { method, packed, unpacked, at }: Entry,
  bytes: Uint8Array,
  view: DataView,
): Uint8Array<ArrayBuffer> {
  if (view.getUint32(at, true) !== localSignature) {
    throw damaged("a file is missing");
  }
  const from = at + 30 + view.getUint16(at + 26, true) +
    view.getUint16(at + 28, true);
  const data = bytes.subarray(from, from + packed);
  const content = method === 0
    ? data
    : method === 8
    ? inflateRawSync(data, { maxOutputLength: Math.max(1, unpacked) })
    : undefined;
  if (content === undefined) throw damaged(`compression method ${method}`);
  if (content.length !== unpacked) throw damaged("a file is cut off");
  return new Uint8Array(content);
}

/**
 * The file of an archive whose path ends with a text.
 *
 * @throws {Error} when the archive is damaged or has no such file.
 */
export function fileInWheel(
  bytes: Uint8Array,
  ending: string,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for (const entry of entriesOf(bytes, view)) {
      if (entry.name.endsWith(ending)) return contentOf(entry, bytes, view);
    }
  } catch (error) {
    // A number points outside the archive.
    throw error instanceof RangeError ? damaged(error.message) : error;
  }
  throw new Error(`the archive has no file that ends with ${ending}`);
}
