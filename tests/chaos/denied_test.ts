import { assert, assertEquals } from "@std/assert";
import { until } from "../harness/until.ts";
import { finish, flowing } from "./flow.ts";
import { reconciliations } from "./life.ts";
import { openProxied, pass } from "./proxied.ts";
import { isLong } from "./seed.ts";

interface Denial {
  readonly error: string;
  readonly code: number;
  /** The producer can no longer rely on the broker to recognize a batch. */
  readonly costsIdentity?: boolean;
}

/** https://kafka.apache.org/protocol#protocol_error_codes */
const denials: readonly Denial[] = [
  { error: "REQUEST_TIMED_OUT", code: 7 },
  { error: "OUT_OF_ORDER_SEQUENCE_NUMBER", code: 45, costsIdentity: true },
  { error: "NOT_ENOUGH_REPLICAS_AFTER_APPEND", code: 20 },
  { error: "UNKNOWN_PRODUCER_ID", code: 59, costsIdentity: true },
  { error: "UNKNOWN_SERVER_ERROR", code: -1 },
  { error: "UNKNOWN_TOPIC_OR_PARTITION", code: 3 },
  ...isLong
    ? [
      { error: "DUPLICATE_SEQUENCE_NUMBER", code: 46, costsIdentity: true },
      { error: "INVALID_PRODUCER_EPOCH", code: 47, costsIdentity: true },
      { error: "NOT_LEADER_FOR_PARTITION", code: 6 },
      { error: "KAFKA_STORAGE_ERROR", code: 56 },
      { error: "CORRUPT_MESSAGE", code: 2 },
      { error: "TOPIC_AUTHORIZATION_FAILED", code: 29 },
    ]
    : [],
];

Deno.test(`a batch is appended and answered with an error, for ${denials.length} errors`, async () => {
  await using all = await openProxied("denied");
  const { scenario, proxy } = all;
  const life = await flowing(scenario);
  for (const { error, code, costsIdentity } of denials) {
    const before = reconciliations(life).length;
    // Sometimes the second and third attempts are denied as well.
    const times = scenario.random.whole(1, 3);
    const from = proxy.produced.length + 1 + scenario.random.whole(0, 4);
    const denied: number[] = [];
    proxy.script(({ number }) => {
      if (number < from || denied.length >= times) return pass;
      denied.push(number);
      return { kind: "deny", errorCode: code };
    });
    await until(
      `${error} is returned`,
      () => denied.length === times,
    );
    await scenario.drained(life, 3);
    if (costsIdentity) {
      await until(
        `each ${error} is reconciled`,
        () => reconciliations(life).length >= before + times,
      );
    }
    const [first] = denied;
    assertEquals(proxy.produced[first! - 1]!.response?.errorCode, 0, error);
    const found = reconciliations(life).slice(before);
    assertEquals(found.length, costsIdentity ? times : 0, error);
    assert(found.every((count) => count > 0), `${error}: ${found}`);
  }
  await finish(scenario, life, 1);
  await scenario.assertSound();
});
