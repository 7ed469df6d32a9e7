import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../kafka/records/byte_reader.ts";

/** A number as Kafka writes it: zigzag, seven bits a byte. */
function varintOf(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value << 1n ^ value >> 63n);
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return new Uint8Array([...bytes, Number(left)]);
}

Deno.test("ByteReader.varint() and varlong() read numbers of any length", () => {
  for (let bits = 0n; bits < 63n; bits++) {
    for (const near of [-1n, 0n, 1n]) {
      for (const value of [(1n << bits) + near, -(1n << bits) + near]) {
        const bytes = new Uint8Array([...varintOf(value), 7]);
        const long = new ByteReader(bytes);
        assertEquals([long.varlong(), long.left], [value, 1]);
        const short = new ByteReader(bytes);
        assertEquals([short.varint(), short.left], [Number(value), 1]);
      }
    }
  }
});

Deno.test("ByteReader.varint() throws where the number is cut off or has no end", () => {
  for (const bytes of [[], [0x80], [0x80, 0x80, 0x80, 0x80]]) {
    assertThrows(
      () => new ByteReader(new Uint8Array(bytes)).varint(),
      RangeError,
    );
  }
  const endless = new Uint8Array(12).fill(0xff);
  assertThrows(() => new ByteReader(endless).varint(), RangeError);
});

Deno.test("ByteReader passes over what is left within a length, and never beyond it", () => {
  const reader = new ByteReader(new Uint8Array([1, 2, 3, 4, 5]));
  assertEquals(reader.within(3, (part) => [part.int8(), part.left]), [1, 2]);
  assertEquals(reader.within(-1, (part) => part.left), 0);
  assertEquals([reader.int8(), reader.left], [4, 1]);
  for (const beyond of ["int16", "varint"] as const) {
    const other = new ByteReader(new Uint8Array([0x80, 2, 3]));
    assertThrows(() => other.within(1, (part) => part[beyond]()), RangeError);
  }
  assertThrows(() => reader.within(2, (part) => part.int8()), RangeError);
});
