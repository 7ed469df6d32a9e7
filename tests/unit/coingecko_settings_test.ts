import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/errors.ts";
import {
  coingeckoSettings,
  keyHeader,
  readKey,
} from "../../producer/sources/coingecko_settings.ts";
import { configured } from "../fakes/configured.ts";

type Env = Readonly<Record<string, string>>;

const url = "https://api.coingecko.com/api/v3";

function parse(env: Env, files: Env = {}) {
  const defaults: Env = { COINGECKO_API_URL: url, CRYPTO_IDS: "bitcoin" };
  const readText = (path: string) => files[path];
  const settings = coingeckoSettings(
    (name) => ({ ...defaults, ...env })[name],
    readText,
  );
  const { key, plan } = settings;
  const header = key && keyHeader(plan, readKey(key, readText));
  return { ...settings, header };
}

/** Settings, and the start of the one line that reports the mistake. */
const mistakes: [Env, string][] = [
  [{ CRYPTO_IDS: "" }, 'CRYPTO_IDS is "": expected at least one item'],
  [{ CRYPTO_IDS: " , ," }, 'CRYPTO_IDS is ", ,": expected at least one item'],
  [{ CRYPTO_IDS: "a,a" }, 'CRYPTO_IDS is "a,a": "a" is listed twice'],
  [
    { CRYPTO_IDS: "bit\tcoin" },
    'CRYPTO_IDS is "bit\tcoin": expected coin ids of 1 to 200 characters',
  ],
  [
    { COINGECKO_API_URL: "api.coingecko.com" },
    'COINGECKO_API_URL is "api.coingecko.com": expected an address that ' +
    "starts with https://",
  ],
  [
    { COINGECKO_API_URL: "http://api.coingecko.com/api/v3" },
    'COINGECKO_API_URL is "http://api.coingecko.com/api/v3": expected https',
  ],
  [
    { COINGECKO_API_URL: "https://api.coingecko.com" },
    'COINGECKO_API_URL is "https://api.coingecko.com": expected an address ' +
    "that ends in /api/v3",
  ],
  [
    { COINGECKO_API_URL: `${url}?x_cg=k` },
    `COINGECKO_API_URL is "${url}?x_cg=k": expected no query and no ` +
    "credentials: a key goes in COINGECKO_API_KEY",
  ],
  [
    { COINGECKO_API_URL: "https://pro-api.coingecko.com/api/v3" },
    "COINGECKO_API_KEY is not set: the pro plan needs COINGECKO_API_KEY",
  ],
  [
    { COINGECKO_API_PLAN: "demo" },
    "COINGECKO_API_KEY is not set: the demo plan needs COINGECKO_API_KEY",
  ],
  [
    { COINGECKO_API_KEY: "CG-1", COINGECKO_API_PLAN: "pro" },
    `COINGECKO_API_URL is "${url}": expected ` +
    "https://pro-api.coingecko.com/api/v3 for the pro plan",
  ],
  [
    { COINGECKO_API_KEY: "CG-1", COINGECKO_API_PLAN: "keyless" },
    'COINGECKO_API_PLAN is "keyless" but COINGECKO_API_KEY is set',
  ],
  [
    { COINGECKO_API_PLAN: "gold" },
    'COINGECKO_API_PLAN is "gold": expected keyless or demo or pro',
  ],
  [
    { COINGECKO_API_KEY: "CG-1 x" },
    "COINGECKO_API_KEY contains whitespace or non-printable characters",
  ],
  [
    { COINGECKO_API_KEY: "CG-1", COINGECKO_API_KEY_FILE: "k" },
    "COINGECKO_API_KEY and COINGECKO_API_KEY_FILE are both set",
  ],
];

for (const [env, start] of mistakes) {
  Deno.test(`the source rejects ${JSON.stringify(env)}`, () => {
    const { message } = assertThrows(() => configured(env), UsageError);
    assertStringIncludes(message, start);
    assertEquals(message.split("\n").length, 1, message);
    assertEquals(message.includes("CG-1"), false);
  });
}

Deno.test("mistakes of configuration and source are reported together", () => {
  const env = {
    API_INTERVAL_SECONDS: "x",
    COINGECKO_API_PLAN: "gold",
    CRYPTO_IDS: "a\tb",
  };
  const { message } = assertThrows(() => configured(env), UsageError);
  assertEquals(
    message.split("\n").map((line) => line.split(" ")[0]),
    Object.keys(env),
  );
});

Deno.test("`coingeckoSettings()` sends a key in the header of its plan", () => {
  const demo = parse({ COINGECKO_API_KEY: "CG-1" });
  assertEquals(demo.header, [["x-cg-demo-api-key", "CG-1"]]);
  const pro = parse({
    COINGECKO_API_KEY: "CG-1",
    COINGECKO_API_URL: "https://pro-api.coingecko.com/api/v3/",
  });
  assertEquals(pro.header, [["x-cg-pro-api-key", "CG-1"]]);
  assertEquals(pro.baseUrl, "https://pro-api.coingecko.com/api/v3");
  assertEquals([parse({}).plan, parse({}).key], ["keyless", undefined]);
});

Deno.test("`coingeckoSettings()` reads the key's file or names the problem", () => {
  const env = { COINGECKO_API_KEY_FILE: "./secrets/key" };
  const header = [["x-cg-demo-api-key", "CG-9"]];
  assertEquals(parse(env, { "./secrets/key": " CG-9\n" }).header, header);
  const start = 'COINGECKO_API_KEY_FILE "./secrets/key"';
  for (
    const [files, problem] of [
      [{}, ": file not found"],
      [{ "./secrets/key": " \n" }, ": the file is empty"],
      [{ "./secrets/key": "CG-1 x" }, " contains whitespace"],
    ] as const
  ) {
    const { message } = assertThrows(() => parse(env, files), UsageError);
    assertStringIncludes(message, start + problem);
    assertEquals(message.includes("CG-1"), false);
  }
});

Deno.test("a key file that may not be read names the permission to add", () => {
  const deny = () => {
    throw new Deno.errors.NotCapable("Requires read access");
  };
  const env: Env = {
    COINGECKO_API_URL: url,
    COINGECKO_API_KEY_FILE: "/etc/key",
  };
  assertThrows(
    () => coingeckoSettings((name) => env[name], deny),
    UsageError,
    'add "/etc/key" to permissions.producer.read in deno.json',
  );
});
