import { assertEquals, assertThrows } from "@std/assert";
import { statusOf } from "../../producer/health/health_handler.ts";
import { parseStatus } from "../../lib/producer_status.ts";
import { fakeHealth } from "../fakes/health.ts";

Deno.test("`parseStatus()` reads the response of the producer's `/status`", () => {
  const { options, stats } = fakeHealth();
  stats.counters.published = 3;
  const about = { pid: 7, instance: "i", config: { UNCHANGED: "skip" } };
  const response = JSON.stringify(statusOf({ ...options, about }));
  const { raw, ...status } = parseStatus(JSON.parse(response));
  assertEquals(raw, JSON.parse(response));
  assertEquals(status, {
    ready: false,
    reasons: ["no successful poll yet", "Kafka has acknowledged no record yet"],
    intervalSeconds: 30,
    timeoutSeconds: 10,
    unchanged: "skip",
    pid: 7,
    published: 3,
  });
});

Deno.test("`parseStatus()` refuses another program's response", () => {
  const other = [null, 1, "x", [], {}, { interval_seconds: 30 }];
  for (const response of other) {
    assertThrows(
      () => parseStatus(response),
      Error,
      "not a crypto-stream producer",
    );
  }
});
