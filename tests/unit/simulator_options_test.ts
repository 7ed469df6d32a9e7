import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import { parseOptions } from "../../tasks/simulator/simulator_options.ts";

function parse(flags: Record<string, string>, file: string | Error = "[]") {
  return parseOptions((name) => flags[name], () => {
    if (file instanceof Error) throw file;
    return file;
  });
}

Deno.test("`parseOptions()` has a default for everything", () => {
  assertEquals(parse({}), {
    port: 8787,
    seed: "crypto-stream",
    cacheSeconds: 60,
    rateLimit: 30,
    plan: "keyless",
    keys: [],
    faults: [],
  });
});

Deno.test("`parseOptions()` accepts every flag", () => {
  const flags = {
    port: "0",
    seed: "a b",
    "cache-seconds": "0.25",
    "rate-limit": "0",
    plan: "pro",
    key: "k1,k2",
    faults: "f.json",
  };
  assertEquals(parse(flags, '[{"kind":"hang"}]'), {
    port: 0,
    seed: "a b",
    cacheSeconds: 0.25,
    rateLimit: 0,
    plan: "pro",
    keys: ["k1", "k2"],
    faults: [{ kind: "hang" }],
  });
});

const wrong: readonly (readonly [
  flags: Record<string, string>,
  message: string,
  file?: string | Error,
])[] = [
  [{ port: "x" }, '--port is "x": expected a whole number from 0 to 65535'],
  [
    { port: "65536" },
    '--port is "65536": expected a whole number from 0 to 65535',
  ],
  [
    { "rate-limit": "-1" },
    '--rate-limit is "-1": expected a whole number from 0 to 1000000',
  ],
  [
    { "cache-seconds": "0" },
    '--cache-seconds is "0": expected a number from 0.001 to 86400',
  ],
  [{ plan: "free" }, '--plan is "free": expected keyless or demo or pro'],
  [{ key: "planted" }, "--key needs --plan=demo or --plan=pro"],
  [{ faults: "f.json" }, "f.json: faults are 5: expected a list", "5"],
  [
    { faults: "f.json" },
    "f.json: fault 1 is 5: expected an object",
    "[5]",
  ],
  [
    { faults: "x.json" },
    '--faults is "x.json": expected a file that can be read',
    new Deno.errors.NotFound(),
  ],
];
for (const [flags, message, file] of wrong) {
  Deno.test(`\`parseOptions()\` reports: ${message}`, () => {
    const error = assertThrows(() => parse(flags, file), UsageError);
    assertEquals(error.message, message);
  });
}
