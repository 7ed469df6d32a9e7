// Reads Kafka's primitive types from bytes, big-endian.

/** Reads on from where it is; past the end it throws a `RangeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #end: number;

  /** Reads these bytes from their start. */
  constructor(bytes: Uint8Array) {
    // Parts of a Buffer of Node take several times as long to make.
    this.#bytes = new Uint8Array(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
    this.#view = new DataView(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
    this.#end = bytes.length;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** Where it is. */
  get position(): number {
    return this.#at;
  }

  /** Goes to a place where it was before. */
  at(position: number): this {
    this.#at = position;
    return this;
  }

  /** All bytes, also those that it has read. */
  get source(): Uint8Array {
    return this.#bytes;
  }

  /** Passes over `length` bytes, none for a negative length. */
  pass(length: number): void {
    if (length > 0) this.#advance(length);
  }

  /** INT8. */
  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  /** INT16. */
  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  /** INT32. */
  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  /** INT64. */
  int64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }

  /** VARINT or VARLONG: zigzag, seven bits a byte, at most ten bytes. */
  varlong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#view.getUint8(this.#advance(1));
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value >> 1n ^ -(value & 1n);
    }
    throw new RangeError("a VARLONG has more than ten bytes");
  }

  /** VARINT as a number. */
  varint(): number {
    // Without a BigInt, if it has at most four bytes, as nearly all have.
    let value = 0;
    for (let n = 0; n < 4 && this.#at + n < this.#end; n++) {
      const byte = this.#bytes[this.#at + n] ?? 0;
      value |= (byte & 0x7f) << (7 * n);
      if (byte < 0x80) {
        this.#at += n + 1;
        return value >>> 1 ^ -(value & 1);
      }
    }
    return Number(this.varlong());
  }

  /** The next `length` bytes, not copied; `null` for a negative length. */
  bytes(length: number): Uint8Array | null {
    if (length < 0) return null;
    const from = this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }

  /**
   * What `read` finds in the next `length` bytes, none for a negative length; it
   * cannot read beyond them, and what it leaves is passed over. After an error
   * this reader is of no more use.
   */
  within<T>(length: number, read: (reader: ByteReader) => T): T {
    const from = this.#advance(Math.max(0, length));
    const outerEnd = this.#end;
    this.#end = this.#at;
    this.#at = from;
    const found = read(this);
    this.#at = this.#end;
    this.#end = outerEnd;
    return found;
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#advance(this.left));
  }

  #advance(by: number): number {
    const from = this.#at;
    if (from + by > this.#end) {
      throw new RangeError(
        `${by} bytes expected at ${from}, ${this.left} are left`,
      );
    }
    this.#at = from + by;
    return from;
  }
}
