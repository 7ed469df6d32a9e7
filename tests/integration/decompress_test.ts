import { assertEquals, assertThrows } from "@std/assert";
import fixtures from "../fixtures/record_sets.txt" with { type: "text" };
import { decompress } from "../../kafka/records/decompress.ts";
import { decodeRecordSet } from "../../kafka/records/record_set.ts";

Deno.test("decompress() reads what Kafka wrote, in every codec", async () => {
  for (const line of fixtures.trim().split("\n")) {
    const [magic, codec = "", base64 = ""] = line.split(" ");
    if (codec === "control") continue;
    const runs = await Array.fromAsync(decodeRecordSet(
      Uint8Array.fromBase64(base64),
      (of, bytes) => Promise.resolve(decompress(of, bytes)),
    ));
    const records = runs.flatMap((run) => run.records);
    assertEquals(records.length, 3, `${codec} in format ${magic}`);
    assertEquals(records[0]?.value?.length, 240);
  }
});

Deno.test("decompress() refuses damaged bytes and unknown codecs", () => {
  const header = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0];
  const versions = [0, 0, 0, 1, 0, 0, 0, 1];
  // Blocks of -4, 0 and too many bytes: none may hang the reader.
  for (const length of [[255, 255, 255, 252], [0, 0, 0, 0], [0, 0, 0, 9]]) {
    const bytes = new Uint8Array([...header, ...versions, ...length]);
    assertThrows(() => decompress("snappy", bytes), RangeError, "Snappy");
  }
  for (const codec of ["gzip", "lz4", "zstd"] as const) {
    assertThrows(() => decompress(codec, new Uint8Array([1, 2, 3, 4, 5])));
  }
  assertThrows(() => decompress("unknown", new Uint8Array()), RangeError);
});
