import { assertEquals } from "@std/assert";
import { parseRecord } from "../../tasks/stack/native/native_state.ts";

const record = {
  port: 9093,
  controllerPort: 40123,
  jars: "1728274f6dc1",
  process: { pid: 812, started: "112233" },
};

Deno.test("`parseRecord()` reads what was written", () => {
  assertEquals(parseRecord(JSON.stringify(record)), record);
});

const { process: _process, ...stopped } = record;

const broken: readonly (readonly [string, unknown, unknown])[] = [
  ["text cut short", '{"port":90', undefined],
  ["an empty file", "", undefined],
  ["no object", "null", undefined],
  ["a port out of range", JSON.stringify({ ...record, port: 0 }), undefined],
  ["pid 1", JSON.stringify({ ...record, process: { pid: 1 } }), stopped],
  [
    "a negative pid",
    JSON.stringify({ ...record, process: { pid: -5, started: "1" } }),
    stopped,
  ],
  [
    "no start time",
    JSON.stringify({ ...record, process: { pid: 812, started: "" } }),
    stopped,
  ],
];

for (const [row, text, expected] of broken) {
  Deno.test(`\`parseRecord()\` never makes a process of ${row}`, () => {
    assertEquals(parseRecord(String(text)), expected);
  });
}
