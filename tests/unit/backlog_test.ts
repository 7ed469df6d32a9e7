import { assertEquals } from "@std/assert";
import { statusOf } from "../../producer/health/health_handler.ts";
import {
  ageText,
  backlogOf,
  backlogText,
  leftBacklog,
} from "../../tasks/producer/backlog.ts";
import { fakeHealth } from "../fakes/health.ts";
import { startMs } from "../fakes/samples.ts";

Deno.test("`backlogOf()` reads what the producer's own `/status` says", () => {
  const { options, time, outboxIs } = fakeHealth();
  outboxIs({ depth: 12, bytes: 21_640, oldestMs: startMs });
  time.now = 95_300;
  const backlog = backlogOf(JSON.parse(JSON.stringify(statusOf(options))));
  assertEquals(backlog, { depth: 12, bytes: 21_640, oldestAgeSeconds: 95.3 });
  assertEquals(
    backlogText(backlog!),
    "12 records wait for Kafka (21.6 kB), the oldest for 95.3 s",
  );
  outboxIs({ depth: 0, bytes: 0, oldestMs: undefined });
  const empty = backlogOf(JSON.parse(JSON.stringify(statusOf(options))));
  assertEquals(backlogText(empty!), "empty: nothing waits for Kafka");
});

Deno.test("`backlogOf()` takes another program's answer for none", () => {
  for (
    const answer of [undefined, null, 1, "x", {}, { outbox: { depth: 1 } }]
  ) {
    assertEquals(backlogOf(answer), undefined);
  }
});

Deno.test("`leftBacklog()` ages what a dead producer left behind", () => {
  const state = { depth: 1, bytes: 900, oldestMs: startMs };
  assertEquals(
    backlogText(leftBacklog(state, startMs + 7_200_000)),
    "1 record waits for Kafka (900 B), the oldest for 2.0 h",
  );
  assertEquals(leftBacklog(state, startMs - 5).oldestAgeSeconds, 0);
});

Deno.test("`ageText()` uses the unit that a person would", () => {
  const rows: [number, string][] = [
    [0.04, "0.0 s"],
    [119, "119.0 s"],
    [120, "2 min"],
    [7_199, "120 min"],
    [86_400, "24.0 h"],
    [259_200, "3.0 days"],
  ];
  for (const [seconds, text] of rows) assertEquals(ageText(seconds), text);
});
