import { assertEquals } from "@std/assert";
import { formatLine } from "../../lib/log.ts";

Deno.test("`formatLine()` quotes values with spaces in text, and writes JSON", () => {
  const time = new Date("2025-12-03T10:42:30.110Z");
  const fields = { slot: 1, why: "a b", none: undefined };
  const entry = { time, level: "INFO", message: "polled", fields };
  const text = { format: "text", level: "info", color: false } as const;
  assertEquals(
    formatLine(text, entry),
    '10:42:30.110 INFO  polled slot=1 why="a b"',
  );
  assertEquals(
    formatLine({ ...text, format: "json" }, entry),
    '{"time":"2025-12-03T10:42:30.110Z","level":"INFO","message":"polled",' +
      '"slot":1,"why":"a b"}',
  );
});
