import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Observations } from "../../tasks/verify/observations.ts";
import { checkProducer } from "../../tasks/verify/producer_check.ts";
import { healthy, producerStatus as status } from "../fakes/observations.ts";
import { healthyStack, withContainer } from "../fakes/stack.ts";

const silent = { ok: false, error: "nothing is listening" } as const;

/** The only producer runs in its container. */
const contained: Observations = {
  ...healthy,
  target: "compose",
  producer: silent,
  containerProducer: { ok: true, value: status },
  compose: { ok: true, value: healthyStack },
};

function stack(
  change: Parameters<typeof withContainer>[1],
  logs: Record<string, string> = {},
): Partial<Observations> {
  return ({
    containerProducer: undefined,
    compose: {
      ok: true,
      value: { ...withContainer("crypto-producer", change), logs },
    },
  });
}
function end(exitCode: number) {
  return ({ exitCode, oomKilled: false, error: "" });
}
const stopped = stack({ status: "exited", end: end(143) });

const direct = { producer: { ok: true, value: status } } as const;
const notReady = { ...status, ready: false, reasons: ["Kafka is away"] };
const looping = stack({ status: "restarting", end: end(1) }, {
  "crypto-producer": "dependencies are missing: run x",
});

/** Rows of what it sees, the verdict, a part of the detail and of the next step. */
const cases: [Partial<Observations>, string, string, string?][] = [
  [{}, "ok", "runs in the container crypto-producer, ready"],
  [{ ...stopped, ...direct }, "ok", "runs directly, pid 7, ready"],
  [
    direct,
    "fail",
    "two are running: the container crypto-producer, and pid 7 directly",
    "docker stop crypto-producer",
  ],
  [
    { containerProducer: { ok: true, value: notReady } },
    "fail",
    "not ready: Kafka is away",
    "deno task logs crypto-producer",
  ],
  [
    { containerProducer: { ok: false, error: "timed out" } },
    "fail",
    "the container crypto-producer runs but does not respond: timed out",
    "deno task logs crypto-producer",
  ],
  [
    looping,
    "fail",
    "is restarting (exit code 1): the dependencies are not installed",
    "deno task deps",
  ],
  [
    stopped,
    "fail",
    "none found at 127.0.0.1:9464",
    "deno task produce, or as a container: deno task produce --container",
  ],
  [{ ...stopped, adminAddress: undefined }, "skip", "ADMIN_ADDRESS is off"],
];

for (const [change, verdict, part, next = ""] of cases) {
  Deno.test(`\`checkProducer()\` gives ${verdict}: ${part}`, () => {
    const found = checkProducer({ ...contained, ...change });
    assertEquals(found.verdict, verdict);
    assertStringIncludes(found.detail, part);
    assertStringIncludes(found.next ?? "", next);
  });
}
