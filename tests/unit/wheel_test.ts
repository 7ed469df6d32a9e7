import { assertEquals, assertThrows } from "@std/assert";
import { fileInWheel } from "../../lakehouse/lake/wheel.ts";
import { zip } from "../fakes/zip.ts";

const long = "text ".repeat(1_000);
const archive = zip({
  "package/__init__.py": "",
  "package/extensions/a.duckdb_extension": long,
});

Deno.test("fileInWheel() finds a compressed file by the end of its path", () => {
  const bytes = fileInWheel(archive, "/a.duckdb_extension");
  assertEquals(new TextDecoder().decode(bytes), long);
  assertEquals(fileInWheel(archive, "__init__.py").length, 0);
});

Deno.test("fileInWheel() names what it does not find, and damage", () => {
  assertThrows(
    () => fileInWheel(archive, "/b"),
    Error,
    "the archive has no file that ends with /b",
  );
  for (let length = 0; length < archive.length; length += 7) {
    assertThrows(
      () => fileInWheel(archive.subarray(0, length), "/a.duckdb_extension"),
      Error,
      "damaged",
    );
  }
});

Deno.test("fileInWheel() ends with an error or the content whatever byte is changed", () => {
  for (let at = 0; at < archive.length; at++) {
    const changed = archive.slice();
    changed[at]! ^= 0xff;
    try {
      fileInWheel(changed, "/a.duckdb_extension");
    } catch (error) {
      assertEquals(error instanceof Error, true);
    }
  }
});
