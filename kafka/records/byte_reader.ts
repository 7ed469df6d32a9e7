// Reads Kafka's primitive types from bytes, big-endian.

/** Reads on from where it is; past the end it throws a `RangeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** Reads these bytes from their start. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
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
    // Short ones, which nearly all are, without a BigInt.
    const first = this.#bytes[this.#at];
    if (first === undefined || first >= 0x80) return Number(this.varlong());
    this.#at++;
    return first >> 1 ^ -(first & 1);
  }

  /** The next `length` bytes, not copied; `null` for a negative length. */
  bytes(length: number): Uint8Array | null {
    if (length < 0) return null;
    const from = this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#advance(this.left));
  }

  #advance(by: number): number {
    const from = this.#at;
    if (from + by > this.#bytes.length) {
      throw new RangeError(
        `${by} bytes expected at ${from}, ${this.left} are left`,
      );
    }
    this.#at = from + by;
    return from;
  }
}
