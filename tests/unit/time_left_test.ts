import { assertEquals } from "@std/assert";
import { hasTime } from "../spark/time_left.ts";

Deno.test("`hasTime()` leaves out what would take longer than is left, and says so", () => {
  const said: string[] = [];
  const noted: string[] = [];
  const say = (line: string) => said.push(line);
  const note = (part: string) => noted.push(part);
  const inMinutes = (minutes: number) =>
    String(Date.now() / 1000 + minutes * 60);
  assertEquals(hasTime("it", 10, { until: "", say }), true);
  assertEquals(hasTime("it", 10, { until: inMinutes(11), say }), true);
  assertEquals(said, []);
  assertEquals(hasTime("it", 10, { until: inMinutes(9.5), say, note }), false);
  assertEquals(hasTime("it", 10, { until: inMinutes(-3.5), say, note }), false);
  assertEquals(said, [
    "left out: it: it may take 10 minutes, 9 are left",
    "left out: it: it may take 10 minutes, -4 are left",
  ]);
  assertEquals(noted, ["it", "it"]);
});
