// Decodes LZ4 frames. Own code, since the pure packages on npm are either
// native, or decode blocks without frames, or have been left alone for years.
//
// Formats: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and
// lz4_Block_format.md beside it. Checksums are stepped over: brokers before
// 0.10 wrote wrong ones.

const frameMagic = 0x184d2204;
const maxOutput = 256 * 1024 * 1024;

/** Bytes that grow. */
class Output {
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Repeats what lies `offset` bytes back; it may overlap with itself. */
  repeat(offset: number, length: number): void {
    const from = this.#length - offset;
    if (offset === 0 || from < 0) {
      throw new RangeError(`LZ4: offset ${offset} at ${this.#length}`);
    }
    this.#reserve(length);
    if (offset >= length) {
      this.#bytes.copyWithin(this.#length, from, from + length);
    } else {
      for (let i = 0; i < length; i++) {
        this.#bytes[this.#length + i] = this.#bytes[from + i] ?? 0;
      }
    }
    this.#length += length;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted > maxOutput) {
      throw new RangeError(`LZ4: more than ${maxOutput} bytes of output`);
    }
    if (wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

function decodeBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const next = () => {
    const byte = block[at++];
    if (byte === undefined) throw new RangeError("LZ4: a block is cut off");
    return byte;
  };
  const lengthFrom = (nibble: number) => {
    let length = nibble;
    if (nibble < 15) return length;
    for (let byte = 255; byte === 255;) length += byte = next();
    return length;
  };
  while (at < block.length) {
    const token = next();
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length) {
      throw new RangeError("LZ4: a block is cut off");
    }
    output.append(block.subarray(at, at + literals));
    at += literals;
    // The last sequence of a block has no match.
    if (at === block.length) return;
    const offset = next() | next() << 8;
    output.repeat(offset, lengthFrom(token & 15) + 4);
  }
}

/**
 * Decodes one or more frames.
 *
 * @throws {RangeError} for bytes that are not LZ4 frames.
 */
export function decodeLz4(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const output = new Output();
  let at = 0;
  while (at < bytes.length) {
    if (view.getUint32(at, true) !== frameMagic) {
      throw new RangeError("LZ4: the frame's magic number is missing");
    }
    const flags = view.getUint8(at + 4);
    const hasContentSize = (flags & 0x08) !== 0;
    const hasDictionary = (flags & 0x01) !== 0;
    // Magic, flags, block size, header checksum.
    at += 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0);
    for (;;) {
      const size = view.getUint32(at, true);
      at += 4;
      if (size === 0) break;
      const length = size & 0x7fffffff;
      if (at + length > bytes.length) {
        throw new RangeError("LZ4: a frame is cut off");
      }
      const block = bytes.subarray(at, at + length);
      if (size >>> 31 === 1) output.append(block);
      else decodeBlock(block, output);
      at += length + ((flags & 0x10) !== 0 ? 4 : 0);
    }
    if ((flags & 0x04) !== 0) at += 4;
  }
  return output.finish();
}
