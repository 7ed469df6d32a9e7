import { assertEquals } from "@std/assert";
import { formatAge } from "../../lib/format_age.ts";

Deno.test("`formatAge()` uses the unit that fits", () => {
  const rows: [number, string][] = [
    [0.04, "0.0 s"],
    [119, "119.0 s"],
    [120, "2 min"],
    [7_199, "120 min"],
    [86_400, "24.0 h"],
    [259_200, "3.0 days"],
  ];
  for (const [seconds, text] of rows) assertEquals(formatAge(seconds), text);
});
