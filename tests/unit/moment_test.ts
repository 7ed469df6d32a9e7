import { assertEquals, assertThrows } from "@std/assert";
import { parseMoment, parseTime } from "../../lakehouse/lake/moment.ts";
import { UsageError } from "../../lib/errors.ts";

Deno.test("`parseTime()` reads UTC, and zones of half hours", () => {
  const ten = Date.UTC(2026, 10, 25, 10);
  for (
    const text of [
      "2026-11-25T10:00",
      "2026-11-25 10:00",
      "2026-11-25T10:00:00Z",
      "2026-11-25T10:00:00.000",
      "2026-11-25T15:30+05:30",
    ]
  ) assertEquals(parseTime(text).epochMilliseconds, ten, text);
  assertEquals(
    parseTime("2026-11-25"),
    Temporal.Instant.from("2026-11-25T00:00:00Z"),
  );
  // Snapshots are named to the microsecond.
  const exact = "2026-11-25T10:00:00.123456Z";
  assertEquals(String(parseTime(exact)), exact);
});

Deno.test("`parseTime()` refuses what is not a time", () => {
  for (const text of ["", "now", "2026-13-01", "2026-02-30T10:00", "10:00"]) {
    assertThrows(() => parseTime(text), UsageError, `"${text}"`);
  }
});

Deno.test("`parseMoment()` reads snapshots and times, and names what gave it", () => {
  assertEquals(parseMoment("42", "at"), { version: 42 });
  assertEquals(
    parseMoment("2026-11-25T10:00", "at"),
    { time: Temporal.Instant.from("2026-11-25T10:00:00Z") },
  );
  assertThrows(() => parseMoment("now", "at"), UsageError, 'at is "now"');
});
