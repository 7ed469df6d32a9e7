import { assertEquals, assertRejects } from "@std/assert";
import {
  patchSaslSession,
  renewalAgeMs,
  type SessionState,
} from "../../kafka/patches/sasl_session.ts";
import { errorWith } from "../fakes/error_with.ts";

Deno.test("`renewalAgeMs()` is before the end and a second after the last time", () => {
  const ages = [1_100, 2_000, 4_000, 13_000, 20_000, 60_000, 3_600_000];
  assertEquals(
    ages.map(renewalAgeMs),
    [1_020, 1_020, 2_000, 6_500, 10_000, 50_000, 3_590_000],
  );
});

function connection(
  lifetimeMs: bigint,
  ageMs: number,
  error: Error = new Error("unused"),
): SessionState {
  return {
    sessionLifetime: { value: lifetimeMs },
    authenticatedAt: [1, 2],
    reauthenticationThreshold: 10_000,
    // As kafkajs decides.
    isAuthenticated() {
      return this.sessionLifetime.value === 0n ||
        ageMs + this.reauthenticationThreshold < Number(lifetimeMs);
    },
    send: () => Promise.reject(error),
  };
}

Deno.test("`patchSaslSession()` renews a short session at half of it", () => {
  const rows: [bigint, number, boolean][] = [
    [4_000n, 0, true],
    [4_000n, 1_999, true],
    [4_000n, 2_000, false],
    [1_100n, 1_019, true],
    [900n, 950, true],
    [900n, 1_020, false],
    [60_000n, 49_999, true],
    [60_000n, 50_000, false],
    [0n, 1e9, true],
  ];
  for (const [lifetimeMs, ageMs, expected] of rows) {
    const session = connection(lifetimeMs, ageMs);
    patchSaslSession(session);
    assertEquals(session.isAuthenticated(), expected, `${lifetimeMs} ${ageMs}`);
  }
});

Deno.test("`patchSaslSession()` marks what the end of a session explains", async () => {
  const illegal = { type: "ILLEGAL_SASL_STATE" };
  const closed = { name: "KafkaJSConnectionClosedError" };
  const rows: [bigint, Record<string, unknown>, number | undefined][] = [
    [4_000n, illegal, 4_000],
    [900n, closed, 900],
    // A broker may close a connection for any reason.
    [4_000n, closed, undefined],
    [0n, illegal, undefined],
    [0n, closed, undefined],
    [900n, { type: "NOT_ENOUGH_REPLICAS" }, undefined],
  ];
  for (const [lifetimeMs, parts, expected] of rows) {
    const error = errorWith(parts);
    const session = connection(lifetimeMs, 0, error);
    patchSaslSession(session);
    await assertRejects(() => session.send({}));
    assertEquals(Reflect.get(error, "sessionMs"), expected);
    // The first authentication of a connection renews nothing.
    const first = errorWith(parts);
    const fresh = {
      ...connection(lifetimeMs, 0, first),
      authenticatedAt: null,
    };
    patchSaslSession(fresh);
    await assertRejects(() => fresh.send({}));
    assertEquals(Reflect.get(first, "sessionMs"), undefined);
  }
});
