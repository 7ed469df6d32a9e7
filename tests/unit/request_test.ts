import { assert, assertEquals } from "@std/assert";
import { createHttpGet, reasonOf } from "../../producer/sources/request.ts";
import { FakeClock } from "../fakes/clock.ts";

type Step = (clock: FakeClock, init: RequestInit) => Promise<Response>;

const whole: Step = () => Promise.resolve(new Response("{}"));
function failing(stage: string, words: string): Step {
  return () => {
    const at = "error sending request for url (http://x/?ids=a): ";
    const cause = new Error(`${at}client error (${stage}): ${words}`);
    return Promise.reject(new TypeError("fetch failed", { cause }));
  };
}
const refused = failing("Connect", "tcp connect error: Connection refused");
const closed = failing("SendRequest", "connection closed before message");
const garbage = failing("SendRequest", "invalid HTTP version parsed");
const cut: Step = () => {
  const body = new ReadableStream({
    start: (controller) => controller.error(new TypeError("cut")),
  });
  return Promise.resolve(new Response(body));
};
const late: Step = (clock, init) => {
  clock.advance(3_000);
  return refused(clock, init);
};

/** Asks as often as there are lists; each list is one request's attempts. */
async function run(...requests: Step[][]) {
  const clock = new FakeClock();
  const seen: { attempts: number; result: unknown; tookMs: number }[] = [];
  let steps: Step[] = [];
  const get = createHttpGet({
    timeoutMs: 10_000,
    retryWithinMs: 2_500,
    maxBodyBytes: 1000,
    fetch: (_url, init) => steps.shift()!(clock, init),
    clock,
  });
  for (const request of requests) {
    steps = [...request];
    const begun = clock.monotonic();
    const never = new AbortController().signal;
    const response = await get("http://x", new Headers(), never);
    seen.push({
      attempts: request.length - steps.length,
      result: response.ok ? "ok" : response.kind,
      tookMs: clock.monotonic() - begun,
    });
    assertEquals(response.retries, request.length - steps.length - 1);
  }
  return seen;
}

const cases: [string, Step[][], [attempts: number, result: string]][] = [
  ["retries when nothing listens", [[refused, whole]], [2, "ok"]],
  ["sends two requests at most", [[refused, refused, whole]], [2, "network"]],
  ["retries when the first connection is lost", [[closed, whole]], [2, "ok"]],
  [
    "leaves the retry on a reused connection to fetch()",
    [[whole], [closed, whole]],
    [1, "network"],
  ],
  [
    "retries when a reused connection is lost and nothing listens",
    [[whole], [refused, whole]],
    [2, "ok"],
  ],
  [
    "does not count a lost connection as reused",
    [[whole], [closed], [closed, whole]],
    [2, "ok"],
  ],
  ["does not retry after an invalid response", [[garbage, whole]], [
    1,
    "network",
  ]],
  ["does not retry after a truncated body", [[cut, whole]], [1, "network"]],
  ["does not retry late in the slot", [[late, whole]], [1, "network"]],
];

for (const [name, requests, [attempts, result]] of cases) {
  Deno.test(`\`createHttpGet()\` ${name}`, async () => {
    const last = (await run(...requests)).at(-1)!;
    assertEquals([last.attempts, last.result], [attempts, result]);
    if (attempts === 2) assertEquals(last.tookMs, 250);
  });
}

Deno.test("`createHttpGet()` never retries after a timeout", async () => {
  let calls = 0;
  const get = createHttpGet({
    timeoutMs: 20,
    retryWithinMs: 10_000,
    maxBodyBytes: 1000,
    fetch: (_url, { signal }) => {
      calls++;
      return new Promise((_resolve, reject) => {
        signal!.addEventListener("abort", () => reject(signal!.reason));
      });
    },
    clock: new FakeClock(),
  });
  const never = new AbortController().signal;
  const response = await get("http://x", new Headers(), never);
  assert(!response.ok);
  assertEquals([response.kind, calls], ["timeout", 1]);
});

Deno.test("`createHttpGet()` reports the reason without the long URL", async () => {
  const get = createHttpGet({
    timeoutMs: 10_000,
    retryWithinMs: 0,
    maxBodyBytes: 1000,
    fetch: (_url, init) => refused(new FakeClock(), init),
    clock: new FakeClock(),
  });
  const never = new AbortController().signal;
  const response = await get("http://x", new Headers(), never);
  assert(!response.ok);
  assertEquals(response.message, "tcp connect error: Connection refused");
});

Deno.test("`reasonOf()` says what to do about a CA or a proxy", () => {
  for (
    const [words, cure] of [
      ["invalid peer certificate: UnknownIssuer", "DENO_CERT=./secrets/"],
      ["unsuccessful tunnel", "the proxy refused to connect"],
      ["proxy authentication required", "HTTPS_PROXY=http://USER:PASSWORD@"],
    ] as const
  ) {
    const cause = new Error(`error: client error (Connect): ${words}`);
    const reason = reasonOf(new TypeError("fetch failed", { cause }));
    assert(reason.startsWith(`${words}: `) && reason.includes(cure), reason);
  }
  const file = "Failed opening CA file: No such file or directory";
  assertEquals(
    reasonOf(new Error(file)),
    `${file}: DENO_CERT must name a readable file with PEM certificates`,
  );
});
