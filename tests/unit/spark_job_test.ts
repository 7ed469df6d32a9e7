import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { failureOfJob } from "../../tasks/lake/spark/job_failure.ts";
import { masked, runSparkJob } from "../../tasks/lake/spark/spark_job.ts";
import type { Jobs } from "../../tasks/lake/spark/submit.ts";
import { type FakeSubmit, fakeSubmit } from "../fakes/spark.ts";

const job = { name: "crypto-spark-run", subcommand: "run", options: {} };

function perform(
  fake: FakeSubmit,
  options: { others?: readonly Jobs[]; stop?: AbortSignal } = {},
) {
  const said: string[] = [];
  const logged: string[] = [];
  const submit = fakeSubmit(fake);
  const ended = runSparkJob(submit, job, {
    progress: (line) => said.push(line),
    log: (line) => logged.push(line),
    logPath: ".state/spark/run.log",
    stop: options.stop ?? new AbortController().signal,
    others: options.others ?? [],
  });
  return { ended, said, logged, submit };
}

const done = '@lake {"event":"done","seconds":31.4}';

Deno.test("runSparkJob() shows steps and packages, and keeps Spark's own lines out", async () => {
  const { ended, said, logged } = perform({
    lines: [
      "downloading https://maven.example/org/x/1.0/x-1.0.jar ...",
      "26/11/26 02:51:07 WARN Utils: noise",
      '@lake {"event":"session","sparkVersion":"3.5.7","icebergVersion":"1.11.0","seconds":4.02}',
      '@lake {"event":"bronze","batch":0,"records":1200,"from":{"0":0},"to":{"0":1200},"seconds":3}',
      '@lake {"event":"silver","ticks":12000,"rejects":{"not_json":1001,"price_null":2},"revisions":1,"repeats":0,"seconds":5}',
      '@lake {"event":"gold","table":"gold.crypto_latest","rows":10,"seconds":1.25}',
      '@lake {"event":"epoch","epoch":1,"says":"the topic was made again"}',
      "@lake {cut",
      done,
    ],
  });
  const { events, stopped } = await ended;
  assertEquals(stopped, false);
  assertEquals(said, [
    "package x-1.0.jar",
    "Spark 3.5.7, Iceberg 1.11.0, 4.0 s",
    "bronze: 1,200 records, partition 0: 0 to 1200, 3.0 s",
    "silver: 12,000 ticks, 1,003 rejects, 1 revisions, 5.0 s",
    "gold.crypto_latest: 10 rows, 1.3 s",
    "epoch: epoch 1, says the topic was made again",
  ]);
  assertEquals(logged.length, 3);
  // A stream repeats the others without an end.
  assertEquals(events.map(({ event }) => event), ["session", "epoch", "done"]);
});

Deno.test("runSparkJob() fails for a program that ended without `done`, whatever its code", async () => {
  const error = await assertRejects(
    () => perform({ lines: ["Caused by: java.lang.IllegalState: x"] }).ended,
    CommandError,
  );
  assertEquals(error.next, "see Spark's output: .state/spark/run.log");
  await assertRejects(() => perform({ lines: [done], code: 1 }).ended);
});

Deno.test("runSparkJob() passes a refusal on", async () => {
  const refused = { event: "refused", problem: "not ours", next: "rename it" };
  const lines = [`@lake ${JSON.stringify(refused)}`];
  const error = await assertRejects(
    () => perform({ lines, code: 3 }).ended,
    CommandError,
    "not ours",
  );
  assertEquals(error.next, "rename it");
});

Deno.test("runSparkJob() names a known failure and its next step", async () => {
  const error = await assertRejects(
    () =>
      perform({
        code: 1,
        lines: [
          "WARN NetworkClient: Connection to node -1 " +
          "(localhost/127.0.0.1:9092) could not be established.",
          "Traceback (most recent call last):",
        ],
      }).ended,
    CommandError,
    "run on Spark failed: Spark cannot reach the broker",
  );
  assert(error.next.endsWith("deno task verify"), error.next);
});

Deno.test("failureOfJob() says the last error of an unknown failure, or that it was killed", () => {
  const shown = { logPath: "x.log" };
  const lines = [
    "org.x.FirstError: a",
    "Caused by: org.x.OddException: why",
    "  at b",
  ];
  assertEquals(
    failureOfJob(job, 1, { ...shown, lines }).message,
    "run on Spark failed (exit code 1): OddException: why",
  );
  assert(
    failureOfJob(job, 137, { ...shown, lines: [] }).message.includes("killed"),
  );
});

Deno.test("runSparkJob() refuses a second writer, wherever the first one runs", async () => {
  const others = [fakeSubmit({}), fakeSubmit({ holder: "pid 7 in x" })];
  const { ended, submit } = perform({ lines: [done] }, { others });
  await assertRejects(
    () => ended,
    CommandError,
    "run runs already: pid 7 in x is the one writer",
  );
  assertEquals(submit.started, []);
});

Deno.test("runSparkJob() ends a job as soon as there is one to end", async () => {
  const controller = new AbortController();
  const { ended, submit } = perform(
    { endless: true, code: 143 },
    { stop: controller.signal },
  );
  controller.abort();
  const { stopped } = await ended;
  assertEquals(stopped, true);
  assertEquals(submit.stopped, ["crypto-spark-run", "crypto-spark-run"]);
});

Deno.test("runSparkJob() takes a job that was stopped elsewhere for no failure", async () => {
  const { stopped } = await perform({
    lines: ["Py4JJavaError: An error occurred while calling o6.unpersist."],
    code: 143,
  }).ended;
  assertEquals(stopped, true);
});

Deno.test("runSparkJob() shows no secret, in the log or in an error", async () => {
  const { ended, logged } = perform({
    code: 1,
    secrets: ["hunter22", "ab"],
    lines: ["x.OddException: password hunter22, ab"],
  });
  const error = await assertRejects(() => ended, CommandError);
  assertEquals(logged, ["x.OddException: password ********, ab"]);
  assert(!error.message.includes("hunter22"));
  assertEquals(masked("abc", ["ab"]), "abc");
  const refused = { event: "refused", problem: "hunter22", next: "x" };
  await assertRejects(
    () =>
      perform({
        code: 3,
        secrets: ["hunter22"],
        lines: [`@lake ${JSON.stringify(refused)}`],
      }).ended,
    CommandError,
    "********",
  );
});

Deno.test("runSparkJob() leaves the rows of a query as they are", async () => {
  const rows = { event: "rows", rows: [["minio"]] };
  const { ended } = perform({
    secrets: ["minio"],
    lines: [`@lake ${JSON.stringify(rows)}`, done],
  });
  assertEquals((await ended).events[0], rows);
});
