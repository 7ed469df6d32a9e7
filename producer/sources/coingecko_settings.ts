// CoinGecko's settings. Address, plan and key must match: Demo keys work on
// `api.coingecko.com` only and Pro keys on `pro-api.coingecko.com` only; any
// other pair gets HTTP 400
// (https://docs.coingecko.com/reference/authentication).

import { messageOf, UsageError } from "../../lib/errors.ts";
import { type ReadSetting, readSettingFile } from "../../lib/merge_settings.ts";
import { type ReadText, type Secret, secretOf } from "../../lib/secret.ts";
import {
  choiceField,
  listField,
  parseAll,
  parseSetting,
  patternField,
  urlField,
} from "../../lib/setting_parsers.ts";

/** The plans that differ in address and header. */
export const plans = ["keyless", "demo", "pro"] as const;

/** One of {@linkcode plans}. */
export type Plan = typeof plans[number];

/** CoinGecko's settings, checked. */
export interface CoingeckoSettings {
  /** The base address, without a slash at its end. */
  readonly baseUrl: string;
  /** The plan. */
  readonly plan: Plan;
  /** The API key; `undefined` on the keyless plan. */
  readonly key: Secret | undefined;
  /** The coins to request. */
  readonly ids: readonly string[];
}

const freeHost = "api.coingecko.com";
const proHost = "pro-api.coingecko.com";

const headerNames = {
  demo: "x-cg-demo-api-key",
  pro: "x-cg-pro-api-key",
} as const;

// CoinGecko's own list has ids with spaces and brackets: whatever can stand in
// a list with commas is taken.
const coinId = patternField(
  // deno-lint-ignore no-control-regex -- these are what is refused
  /^[^\x00-\x1f\x7f]{1,200}$/,
  "coin ids of 1 to 200 characters, none of them a control character",
);

function baseUrlField(text: string): URL {
  const url = urlField(text);
  if (url.search !== "" || url.username !== "" || url.password !== "") {
    throw new UsageError(
      "expected no query and no credentials: a key goes in COINGECKO_API_KEY",
    );
  }
  if (!/\/api\/v3\/?$/.test(url.pathname)) {
    throw new UsageError("expected an address that ends in /api/v3");
  }
  const known = url.hostname === freeHost || url.hostname === proHost;
  if (known && url.protocol !== "https:") {
    throw new UsageError("expected https:// for CoinGecko's own hosts");
  }
  return url;
}

function keyOf(setting: ReadSetting): Secret | undefined {
  const COINGECKO_API_KEY = setting("COINGECKO_API_KEY");
  const COINGECKO_API_KEY_FILE = setting("COINGECKO_API_KEY_FILE");
  const raw = { COINGECKO_API_KEY, COINGECKO_API_KEY_FILE };
  return secretOf("COINGECKO_API_KEY", raw, (problem) => {
    throw new UsageError(problem);
  });
}

/**
 * Reads the API key; a key in a file is read each time.
 *
 * @throws {UsageError} for a key or a file that cannot be used. The key is
 * never part of the message.
 */
export function readKey(key: Secret, readText: ReadText): string {
  const name = key.path === undefined
    ? "COINGECKO_API_KEY"
    : `COINGECKO_API_KEY_FILE "${key.path}"`;
  const read = (path: string) =>
    readSettingFile(readText, path, "COINGECKO_API_KEY_FILE")?.trim();
  let value: string;
  try {
    value = key.read(read);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name}: ${messageOf(error)}`, { cause: error });
  }
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new UsageError(
    `${name} contains whitespace or non-printable characters`,
  );
}

/** The header that carries a key. */
export function keyHeader(plan: Plan, key: string): [string, string][] {
  return plan === "keyless" ? [] : [[headerNames[plan], key]];
}

function planOf(
  url: URL,
  key: Secret | undefined,
  asked: string | undefined,
): Plan {
  const isPro = url.hostname === proHost;
  const implied = isPro ? "pro" : key === undefined ? "keyless" : "demo";
  const plan = asked === undefined
    ? implied
    : parseSetting("COINGECKO_API_PLAN", asked, choiceField(plans));
  if (plan === "keyless" && key !== undefined) {
    throw new UsageError(
      'COINGECKO_API_PLAN is "keyless" but COINGECKO_API_KEY is set: ' +
        "expected demo or pro",
    );
  }
  if (plan !== "keyless" && key === undefined) {
    throw new UsageError(
      `COINGECKO_API_KEY is not set: the ${plan} plan needs ` +
        "COINGECKO_API_KEY or COINGECKO_API_KEY_FILE",
    );
  }
  if (isPro !== (plan === "pro") && (isPro || url.hostname === freeHost)) {
    throw new UsageError(
      `COINGECKO_API_URL is "${url.href}": expected ` +
        `https://${plan === "pro" ? proHost : freeHost}/api/v3 ` +
        `for the ${plan} plan`,
    );
  }
  return plan;
}

/**
 * Parses `COINGECKO_*` and `CRYPTO_IDS`.
 *
 * @throws {UsageError} with a line for each wrong setting.
 */
export function coingeckoSettings(
  setting: ReadSetting,
  readText: ReadText,
): CoingeckoSettings {
  const url = () =>
    parseSetting(
      "COINGECKO_API_URL",
      setting("COINGECKO_API_URL") ?? "",
      baseUrlField,
    );
  return parseAll({
    baseUrl: () => url().href.replace(/\/$/, ""),
    key: () => {
      const key = keyOf(setting);
      if (key !== undefined) readKey(key, readText);
      return key;
    },
    plan: () => planOf(url(), keyOf(setting), setting("COINGECKO_API_PLAN")),
    ids: () =>
      parseSetting(
        "CRYPTO_IDS",
        setting("CRYPTO_IDS") ?? "",
        listField(coinId),
      ),
  });
}
