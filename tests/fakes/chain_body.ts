// The body of `/api/chain`, in each state.

import { isoOf, pageNow } from "./page_bodies.ts";

const secondMs = 1_000;

/** What the chain's body is about. */
export type ChainKind =
  | "flowing"
  | "empty"
  | "stale"
  | "broken"
  | "rejects";

function rejectsOf(total: number) {
  const reasons = ["not_json", "no_price", "price_not_positive", "future_time"];
  const shares = [0.61, 0.27, 0.0899, 0.0301];
  const payloads = [
    '{"id":"bitcoin","usd":"not a number at all","last_updated_at":1764105247}',
    "<html><head><title>502 Bad Gateway</title></head><body>" + "x".repeat(140),
    '{"bitcoin":{"usd":-1}}',
    "",
    '{"ethereum":{"usd":3138.31,"last_updated_at":4102444800}}',
  ];
  return {
    total,
    byReason: Object.fromEntries(
      reasons.map((reason, at) => [
        reason,
        Math.round(total * (shares[at] ?? 0)),
      ]),
    ),
    newest: total === 0 ? [] : payloads.map((payload, at) => ({
      at: isoOf(pageNow - at * 3 * secondMs),
      reason: reasons[at % reasons.length] ?? "",
      ...at % 2 === 0 ? { coin: "bitcoin" } : {},
      offset: 1_204_553 - at,
      partition: at % 3,
      payload,
    })),
  };
}

/** The body of `/api/chain`. */
export function chainBody(kind: ChainKind = "flowing", now = pageNow) {
  const isBroken = kind === "broken";
  const isEmpty = kind === "empty";
  const cause = "localhost:9092 does not respond: connection refused";
  const next = "start the stack: deno task setup";
  const fresh = kind === "stale" ? 1325.4 : 7.4;
  return {
    state: isBroken
      ? "broken"
      : isEmpty
      ? "waiting"
      : kind === "stale"
      ? "stale"
      : "flowing",
    at: isoOf(now),
    steps: [
      {
        id: "source",
        title: "Source",
        ...isEmpty || kind === "stale"
          ? {
            state: "unknown",
            figures: [],
            cause:
              "the producer's status cannot be read: 127.0.0.1:9464 does " +
              "not respond",
            next: "start it: deno task produce",
          }
          : {
            state: "ok",
            figures: [
              { label: "last poll", value: 7.1, unit: "s ago" },
              { label: "every", value: 30, unit: "s" },
              { label: "slot deviation", value: 1.3, unit: "ms" },
            ],
          },
      },
      {
        id: "outbox",
        title: "Outbox",
        state: isBroken
          ? "warn"
          : isEmpty || kind === "stale"
          ? "unknown"
          : "ok",
        figures: isEmpty || kind === "stale"
          ? []
          : [{ label: "waiting", value: isBroken ? 1284 : 0, unit: "records" }],
        ...isBroken
          ? { cause: "1284 records wait for Kafka, the oldest for 21 min" }
          : {},
      },
      {
        id: "topic",
        title: "Topic",
        state: isBroken ? "fail" : "ok",
        figures: [
          { label: "name", value: "crypto.prices.raw" },
          { label: "lag", value: isEmpty ? "0" : "1", unit: "records" },
        ],
        ...isBroken ? { cause, next } : {},
      },
      {
        id: "bronze",
        title: "Bronze",
        state: isBroken ? "unknown" : "ok",
        figures: [
          { label: "rows", value: isEmpty ? "0" : "1204553" },
          { label: "gaps", value: "0" },
        ],
      },
      {
        id: "silver",
        title: "Silver",
        state: kind === "rejects" ? "warn" : "ok",
        figures: [
          { label: "ticks", value: isEmpty ? "0" : "12030441" },
          { label: "rejects", value: kind === "rejects" ? "10000" : "0" },
        ],
        ...kind === "rejects"
          ? {
            cause: "10000 records are no prices",
            next: 'deno task lake sql "FROM silver.crypto_rejects"',
          }
          : {},
      },
      {
        id: "gold",
        title: "Gold",
        state: kind === "stale" ? "warn" : "ok",
        figures: [
          ...isEmpty
            ? []
            : [{ label: "newest record", value: fresh, unit: "s ago" }],
          { label: "coins", value: isEmpty ? "0" : "10" },
        ],
        ...kind === "stale" ? { cause: "the newest record is 22 min old" } : {},
      },
    ],
    rejects: rejectsOf(kind === "rejects" ? 10_000 : 0),
    lake: {
      snapshots: isEmpty ? 1 : 8_211,
      files: isEmpty ? 0 : 14,
      bytes: isEmpty ? 0 : 48_212_331,
      freshnessSeconds: isEmpty ? null : fresh,
    },
  };
}
