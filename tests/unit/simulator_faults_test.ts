import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseFaults } from "../../tasks/simulator/fault_script.ts";
import { type Fault, takeFault } from "../../tasks/simulator/faults.ts";

const price = "/simple/price";

const scripts: readonly (readonly [
  label: string,
  faults: readonly Fault[],
  paths: readonly string[],
  kinds: readonly string[],
])[] = [
  [
    "applies a script in order, each fault once",
    [{ kind: "status", status: 500 }, { kind: "reset" }],
    [price, price, price],
    ["status", "reset", "-"],
  ],
  [
    "affects as many requests as `times`",
    [{ kind: "hang", times: 2 }],
    [price, price, price],
    ["hang", "hang", "-"],
  ],
  [
    "affects all requests with `times` forever",
    [{ kind: "hang", times: "forever" }],
    Array(500).fill(price),
    Array(500).fill("hang"),
  ],
  [
    "lets the first requests pass with `after`",
    [{ kind: "hang", after: 2 }],
    [price, price, price, price],
    ["-", "-", "hang", "-"],
  ],
  [
    "ignores and does not count other paths",
    [{ kind: "hang", path: price, after: 1 }],
    ["/ping", price, "/ping", price],
    ["-", "-", "-", "hang"],
  ],
  [
    "applies the next fault while one lets requests pass",
    [{ kind: "hang", after: 1 }, { kind: "reset" }],
    [price, price],
    ["reset", "hang"],
  ],
];
for (const [label, faults, paths, kinds] of scripts) {
  Deno.test(`\`takeFault()\` ${label}`, () => {
    let list = faults;
    const seen = paths.map((path) => {
      const { fault, rest } = takeFault(list, path);
      list = rest;
      return fault?.kind ?? "-";
    });
    assertEquals(seen, [...kinds]);
  });
}

Deno.test("`parseFaults()` parses every kind", () => {
  const faults: Fault[] = [
    { kind: "delay", ms: 300, path: price, times: "forever", after: 3 },
    { kind: "status", status: 429, body: "", headers: { "retry-after": "-1" } },
    { kind: "body", body: "<html>", contentType: "text/html" },
    { kind: "truncate", bytes: 0 },
    { kind: "trickle", bytesPerSecond: 10 },
    { kind: "endless", bytes: 52_428_800, gzip: true },
    { kind: "reset", times: 4 },
    { kind: "hang" },
  ];
  assertEquals(parseFaults(JSON.stringify(faults)), faults);
});

const broken: readonly (readonly [script: string, message: string])[] = [
  ["{}", "faults are {}: expected a list"],
  ["[5]", "fault 1 is 5: expected an object"],
  ["[null]", "fault 1 is null: expected an object"],
  [
    '[{"kind":"hang"},{"kind":"freeze"}]',
    'fault 2: kind is "freeze": expected delay, status, body, truncate, ' +
    "trickle, endless, reset, hang",
  ],
  [
    '[{"kind":"constructor"}]',
    'fault 1: kind is "constructor": expected delay, status, body, truncate, ' +
    "trickle, endless, reset, hang",
  ],
  [
    '[{"kind":"delay"}]',
    "fault 1: delay needs ms, a whole number from 0 to 86400000",
  ],
  [
    '[{"kind":"delay","ms":"3"}]',
    'fault 1: ms is "3": expected a whole number from 0 to 86400000',
  ],
  [
    '[{"kind":"hang","ms":3}]',
    'fault 1: "ms" is not a field of hang: expected path, times, after',
  ],
  [
    '[{"kind":"hang","times":0}]',
    'fault 1: times is 0: expected a whole number from 1 or "forever"',
  ],
  [
    '[{"kind":"hang","path":"simple/price"}]',
    'fault 1: path is "simple/price": expected a path below /api/v3, ' +
    'such as "/simple/price"',
  ],
  [
    '[{"kind":"status","status":500,"headers":{"a":"x\\r\\nb: c"}}]',
    'fault 1: headers is {"a":"x\\r\\nb: c"}: expected an object of header values',
  ],
  [
    '[{"kind":"status","status":101}]',
    "fault 1: status is 101: expected a whole number from 200 to 599",
  ],
];
for (const [script, message] of broken) {
  Deno.test(`\`parseFaults()\` rejects ${script}`, () => {
    const error = assertThrows(() => parseFaults(script), UsageError);
    assertEquals(error.message, message);
  });
}

Deno.test("`parseFaults()` reports text that is not JSON", () => {
  assertThrows(() => parseFaults("[{"), UsageError, "faults are not JSON: ");
});
