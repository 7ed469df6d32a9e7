import { assertEquals, assertThrows } from "@std/assert";
import { decodeLz4 } from "../../kafka/records/lz4.ts";

const magic = [0x04, 0x22, 0x4d, 0x18];

/** A frame with the given flags and blocks. */
function frame(flags: number, ...blocks: number[][]): Uint8Array {
  const extras = (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0);
  return new Uint8Array([
    ...magic,
    ...[flags, 0x40, ...Array(extras).fill(0), 0x00],
    ...blocks.flat(),
    ...[0, 0, 0, 0],
    ...(flags & 0x04 ? [1, 2, 3, 4] : []),
  ]);
}

/** A block with its size in front. */
function block(bytes: number[], raw = false): number[] {
  return [
    ...[bytes.length & 0xff, bytes.length >> 8, 0, raw ? 0x80 : 0],
    ...bytes,
  ];
}

function ascii(text: string): number[] {
  return [...text].map((char) => char.charCodeAt(0));
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(decodeLz4(bytes));
}

for (
  const [what, bytes, expected] of [
    ["an empty frame", frame(0x60), ""],
    ["literals", frame(0x60, block([0x30, ...ascii("abc")])), "abc"],
    ["an uncompressed block", frame(0x60, block(ascii("abc"), true)), "abc"],
    [
      "a match that overlaps itself",
      frame(0x60, block([0x20, ...ascii("ab"), 2, 0, 0x10, ...ascii("c")])),
      "abababc",
    ],
    [
      "a match into the block before",
      frame(
        0x40,
        block([0x40, ...ascii("abcd")]),
        block([0x00, 4, 0, 0x10, ...ascii("!")]),
      ),
      "abcdabcd!",
    ],
    [
      "long lengths",
      frame(0x60, block([0xf0, 5, ...ascii("x".repeat(20))])),
      "x".repeat(20),
    ],
    [
      "sizes and checksums, which are stepped over",
      frame(0x6d, block([0x30, ...ascii("abc")])),
      "abc",
    ],
  ] as const
) {
  Deno.test(`decodeLz4() decodes ${what}`, () => {
    assertEquals(decoded(bytes), expected);
  });
}

Deno.test("decodeLz4() decodes several frames", () => {
  const one = frame(0x60, block([0x30, ...ascii("abc")]));
  assertEquals(decoded(new Uint8Array([...one, ...one])), "abcabc");
});

Deno.test("decodeLz4() refuses bytes that are no LZ4", () => {
  for (
    const bytes of [
      new Uint8Array(ascii("hello, world")),
      frame(0x60, block([0x50, ...ascii("abc")])),
      frame(0x60, block([0x10, ...ascii("a"), 9, 0, 0x10, 0x20])),
      frame(0x60, block([0x30, ...ascii("abc")])).subarray(0, 12),
    ]
  ) assertThrows(() => decodeLz4(bytes), RangeError);
});
