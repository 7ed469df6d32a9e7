import { assertEquals } from "@std/assert";
import {
  formatStackRecord,
  parseStackRecord,
  variablesOf,
  withoutStack,
  withStack,
} from "../../tasks/stack/stack_record.ts";

const compose = { DAS_NETWORK: "alone", KAFKA_HOST_PORT: "19093" };
const native = { KAFKA_HOST_PORT: "29093" };
const none = parseStackRecord(undefined, {});

/** As a later command reads it. */
function reread(record: typeof none) {
  return parseStackRecord(formatStackRecord(record), variablesOf(record));
}

const both = reread(withStack(
  reread(withStack(none, "compose", compose)),
  "native",
  native,
));

Deno.test("`withStack()` keeps what the other kind of stack needs", () => {
  assertEquals(both.kind, "native");
  assertEquals(variablesOf(both), { ...compose, ...native });
});

Deno.test("`withoutStack()` leaves the other kind as it was", () => {
  const left = reread(withoutStack(both, "native"));
  assertEquals([left.kind, variablesOf(left)], ["compose", compose]);
  const other = reread(withoutStack(both, "compose"));
  assertEquals([other.kind, variablesOf(other)], ["native", native]);
  // One that was never set up has nothing to take away.
  const alone = reread(withStack(none, "compose", compose));
  assertEquals(withoutStack(alone, "native"), alone);
  const last = withoutStack(other, "native");
  assertEquals([formatStackRecord(last), variablesOf(last)], [undefined, {}]);
});

Deno.test("`withoutStack()` knows of a stack that needs no variable", () => {
  const record = withStack(withStack(none, "compose", {}), "native", native);
  assertEquals(withoutStack(reread(record), "native").kind, "compose");
});

const texts: [string, string | undefined, typeof none][] = [
  ["no record, as after a kill between the files", undefined, {
    kind: undefined,
    kept: { compose },
  }],
  ["a record of an older version", '{"kind":"native"}', {
    kind: "native",
    kept: { native: compose },
  }],
  ["a file cut short", '{"kind":', { kind: undefined, kept: { compose } }],
  ["an edited .env", '{"kind":"compose","kept":{"compose":{"A":"1"}}}', {
    kind: "compose",
    kept: { compose },
  }],
];
for (const [row, text, expected] of texts) {
  Deno.test(`\`parseStackRecord()\` reads ${row}`, () => {
    assertEquals(parseStackRecord(text, compose), expected);
  });
}
