import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { runSparkTier, type TierPorts } from "../spark/spark_tier.ts";

/** Notes what is done; `fails` names what throws. */
function tier(
  { isUp = false, fails, code = 0, onTests = () => {} }: {
    readonly isUp?: boolean;
    readonly fails?: string;
    readonly code?: number;
    readonly onTests?: () => void;
  } = {},
) {
  const done: string[] = [];
  const said: string[] = [];
  const note = (what: string) => {
    done.push(what);
    return what === fails
      ? Promise.reject(new Error(`${what} failed`))
      : Promise.resolve();
  };
  const ports: TierPorts = {
    isPartAUp: () => Promise.resolve(isUp),
    startPartA: () => note("PART-A up"),
    removePartA: () => note("PART-A down"),
    async openStack() {
      await note("broker up");
      return {
        name: "test",
        port: "1",
        [Symbol.asyncDispose]: () => note("broker down"),
      };
    },
    async runTests({ name }) {
      await note(`tests beside ${name}`);
      onTests();
      return code;
    },
    say: (line) => said.push(line),
  };
  const stop = new AbortController();
  const deadline = new AbortController();
  return {
    done,
    said,
    stop,
    deadline,
    run: () =>
      runSparkTier(ports, { stop: stop.signal, deadline: deadline.signal }),
  };
}

const all = [
  "PART-A up",
  "broker up",
  "tests beside test",
  "broker down",
  "PART-A down",
];

Deno.test("`runSparkTier()` removes what it started, whatever the tests say", async () => {
  for (const code of [0, 1]) {
    const { run, done } = tier({ code });
    assertEquals(await run(), code);
    assertEquals(done, all);
  }
});

Deno.test("`runSparkTier()` leaves a PART-A that runs already", async () => {
  const { run, done } = tier({ isUp: true });
  assertEquals(await run(), 0);
  assertEquals(done, all.slice(1, -1));
});

Deno.test("`runSparkTier()` removes what it started when a step fails", async () => {
  for (const [at, fails] of all.slice(0, 4).entries()) {
    const { run, done } = tier({ fails });
    await assertRejects(run, Error, `${fails} failed`);
    const removed = all.slice(3).slice(at < 2 ? 1 : 0);
    assertEquals(done, [...all.slice(0, Math.min(at, 2) + 1), ...removed]);
  }
});

Deno.test("`runSparkTier()` fails with a message where a test hangs", async () => {
  const { run, done, said, deadline } = tier({
    onTests: () => deadline.abort(),
  });
  assertEquals(await run(), 1);
  assertEquals(done, all);
  assertStringIncludes(said.join(), "a test hangs, most likely the last one");
});

Deno.test("`runSparkTier()` starts no tests after Ctrl-C", async () => {
  const { run, done, said, stop } = tier();
  stop.abort();
  assertEquals(await run(), 1);
  assertEquals(done, ["PART-A up", "PART-A down"]);
  assertEquals(said, []);
});
