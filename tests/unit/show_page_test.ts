import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parsePort } from "../../tasks/lake/show_page.ts";

Deno.test("`parsePort()` reads ports, beside the one of `lake run`", () => {
  assertEquals(parsePort(undefined), 9466);
  assertEquals(parsePort("80"), 80);
  for (const text of ["", "0", "65536", "-1", "1e3", "x", " 80"]) {
    assertThrows(() => parsePort(text), UsageError, `--port is "${text}"`);
  }
});
