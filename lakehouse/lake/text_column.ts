// Decimals and times of a column as text. A year of candles has a million
// values, and a BigInt or a Temporal.Instant for each would take seconds: so the
// digits are computed into a buffer, whose text is made once.

const zero = 0x30;
const point = 0x2e;
const minus = 0x2d;

/** Six digits: 2^32 times as much is still an exact number. */
const group = 1_000_000;
const groupDigits = 6;
const wordSize = 2 ** 32;

/** 39 digits, a sign and a point; a time has fewer. */
const longest = 64;

const dayMicros = 86_400_000_000;

/** The times that {@linkcode TextColumn.addTime} takes, in µs since 1970. */
export const timeRange = { from: 0, to: Number.MAX_SAFE_INTEGER } as const;

/** Collects the values of one column. */
export class TextColumn {
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;
  /** Where each text ends; -1 for NULL. */
  readonly #ends: number[] = [];
  readonly #groups = new Int32Array(7);
  #day = -1;
  #dayText = new Uint8Array();

  /** Adds NULL. */
  addNull(): void {
    this.#ends.push(-1);
  }

  /** Adds a text, of ASCII. */
  addText(text: string): void {
    this.#reserve(text.length);
    for (let at = 0; at < text.length; at++) {
      this.#bytes[this.#length++] = text.charCodeAt(at);
    }
    this.#ends.push(this.#length);
  }

  /**
   * Adds a DECIMAL.
   *
   * @param view Bytes with the number without its point: 16, little-endian, in
   * two's complement.
   * @param at Where they begin.
   * @param scale How many digits are after the point.
   */
  addDecimal(view: DataView, at: number, scale: number): void {
    this.#reserve();
    let w0 = view.getUint32(at, true);
    let w1 = view.getUint32(at + 4, true);
    let w2 = view.getUint32(at + 8, true);
    let w3 = view.getUint32(at + 12, true);
    if (w3 >= wordSize / 2) {
      this.#bytes[this.#length++] = minus;
      w0 = wordSize - w0;
      w1 = wordSize - 1 - w1;
      w2 = wordSize - 1 - w2;
      w3 = wordSize - 1 - w3;
      if (w0 === wordSize) [w0, w1] = [0, w1 + 1];
      if (w1 === wordSize) [w1, w2] = [0, w2 + 1];
      if (w2 === wordSize) [w2, w3] = [0, w3 + 1];
    }
    let count = 0;
    do {
      // Not `%`: of numbers beyond 2^31 it takes as long as all the rest.
      const q3 = Math.floor(w3 / group);
      const p2 = (w3 - q3 * group) * wordSize + w2;
      const q2 = Math.floor(p2 / group);
      const p1 = (p2 - q2 * group) * wordSize + w1;
      const q1 = Math.floor(p1 / group);
      const p0 = (p1 - q1 * group) * wordSize + w0;
      const q0 = Math.floor(p0 / group);
      this.#groups[count++] = p0 - q0 * group;
      w0 = q0;
      w1 = q1;
      w2 = q2;
      w3 = q3;
    } while (w0 + w1 + w2 + w3 > 0);
    this.#putGroups(count, scale);
    this.#ends.push(this.#length);
  }

  /** Writes the groups, the lowest of which is the first. */
  #putGroups(count: number, scale: number): void {
    const highest = this.#groups[count - 1] ?? 0;
    const digits = (count - 1) * groupDigits + String(highest).length;
    const places = Math.max(digits, scale + 1);
    let at = this.#length + places + (scale > 0 ? 1 : 0);
    this.#length = at;
    let left = 0;
    for (let index = 0, place = 0; place < places; place++) {
      if (place % groupDigits === 0) {
        left = index < count ? this.#groups[index++] ?? 0 : 0;
      }
      if (place === scale && scale > 0) this.#bytes[--at] = point;
      this.#bytes[--at] = zero + left % 10;
      left = (left / 10) | 0;
    }
  }

  /** Adds a time as ISO 8601 in UTC, in µs since 1970 in {@linkcode timeRange}. */
  addTime(micros: number): void {
    this.#reserve();
    const day = Math.floor(micros / dayMicros);
    if (day !== this.#day) {
      const text = new Date(day * dayMicros / 1_000).toISOString();
      this.#day = day;
      this.#dayText = new TextEncoder().encode(text.slice(0, 11));
    }
    for (const byte of this.#dayText) this.#bytes[this.#length++] = byte;
    const ofDay = micros - day * dayMicros;
    const seconds = Math.floor(ofDay / 1_000_000);
    this.#putTwo(Math.floor(seconds / 3_600), 0x3a);
    this.#putTwo(Math.floor(seconds / 60) % 60, 0x3a);
    this.#putTwo(seconds % 60, point);
    let fraction = ofDay % 1_000_000;
    if (fraction === 0) this.#length--;
    for (let unit = 100_000; fraction > 0; unit /= 10) {
      this.#bytes[this.#length++] = zero + Math.floor(fraction / unit);
      fraction %= unit;
    }
    this.#bytes[this.#length++] = 0x5a;
    this.#ends.push(this.#length);
  }

  #putTwo(value: number, next: number): void {
    this.#bytes[this.#length++] = zero + Math.floor(value / 10);
    this.#bytes[this.#length++] = zero + value % 10;
    this.#bytes[this.#length++] = next;
  }

  #reserve(size = longest): void {
    if (this.#bytes.length - this.#length >= size) return;
    const bytes = new Uint8Array(2 * this.#bytes.length + size);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  /** Returns the texts in order, and begins again. */
  take(): (string | null)[] {
    const all = new TextDecoder()
      .decode(this.#bytes.subarray(0, this.#length));
    let from = 0;
    const texts = this.#ends.map((end) => {
      if (end < 0) return null;
      const text = all.slice(from, end);
      from = end;
      return text;
    });
    this.#ends.length = 0;
    this.#length = 0;
    return texts;
  }
}
