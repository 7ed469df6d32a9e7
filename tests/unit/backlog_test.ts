import { assertEquals } from "@std/assert";
import { statusOf } from "../../producer/health/health_handler.ts";
import {
  formatBacklog,
  leftBacklog,
  parseBacklog,
} from "../../tasks/producer/backlog.ts";
import { fakeHealth } from "../fakes/health.ts";
import { startMs } from "../fakes/samples.ts";

Deno.test("`parseBacklog()` reads the response of the producer's `/status`", () => {
  const { options, time, outboxIs } = fakeHealth();
  outboxIs({ depth: 12, bytes: 21_640, oldestMs: startMs });
  time.now = 95_300;
  const backlog = parseBacklog(JSON.parse(JSON.stringify(statusOf(options))));
  assertEquals(backlog, { depth: 12, bytes: 21_640, oldestAgeSeconds: 95.3 });
  assertEquals(
    formatBacklog(backlog!),
    "12 records wait for Kafka (21.6 kB), the oldest for 95.3 s",
  );
  outboxIs({ depth: 0, bytes: 0, oldestMs: undefined });
  const empty = parseBacklog(JSON.parse(JSON.stringify(statusOf(options))));
  assertEquals(formatBacklog(empty!), "empty: no records wait for Kafka");
});

Deno.test("`parseBacklog()` gives nothing for another program's response", () => {
  for (
    const response of [undefined, null, 1, "x", {}, { outbox: { depth: 1 } }]
  ) {
    assertEquals(parseBacklog(response), undefined);
  }
});

Deno.test("`leftBacklog()` ages the records that a dead producer left", () => {
  const state = { depth: 1, bytes: 900, oldestMs: startMs };
  assertEquals(
    formatBacklog(leftBacklog(state, startMs + 7_200_000)),
    "1 record waits for Kafka (900 B), the oldest for 2.0 h",
  );
  assertEquals(leftBacklog(state, startMs - 5).oldestAgeSeconds, 0);
});
