// One job writes: it is found wherever it runs, and ended with its processes.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createDocker } from "../../tasks/docker/docker.ts";
import { until } from "../harness/until.ts";
import { notebook } from "./part_a_rig.ts";
import {
  makeSparkLake,
  processesIn,
  type SparkLake,
  tick,
} from "./spark_lake.ts";

const second = 1_764_758_514;

const counted = `SELECT count(*) AS rows,
  count(DISTINCT kafka_partition, kafka_offset) AS offsets,
  (SELECT count(*) FROM silver.crypto_ticks) AS ticks
  FROM bronze.crypto_ticks_raw`;

async function containerIsThere(name: string): Promise<boolean> {
  const { code } = await createDocker().run(["container", "inspect", name]);
  return code === 0;
}

/** Starts a job that goes on, and waits for its first commit. */
async function running(lake: SparkLake, ...flags: string[]) {
  const lines: string[] = [];
  const job = lake.start(
    ["run", "--trigger=1", ...flags],
    (line) => lines.push(line),
  );
  let hasEnded = false;
  job.ended.finally(() => hasEnded = true);
  await until("the job commits", () => {
    if (hasEnded) throw new Error(lines.join("\n"));
    return lines.some((line) => line.startsWith("bronze: "));
  }, 300_000);
  return { job, lines };
}

Deno.test("a job on Spark is the one writer, and ends when it is asked to", async (t) => {
  await using lake = await makeSparkLake("writer");

  await t.step(
    "one job writes; stop ends it with all its processes",
    async () => {
      await lake.send([tick("ethereum", second, "2")]);
      const { job, lines } = await running(lake);
      const again = await lake.lake(["run", "--once"]);
      assertEquals(again.code, 1, again.stderr);
      assertStringIncludes(
        again.stderr,
        `run runs already: the container ${lake.jobName} is the one writer`,
      );
      const { stdout } = await lake.must("stop");
      assertStringIncludes(stdout, "no process of it is left");
      assertEquals(await containerIsThere(lake.jobName), false);
      assertEquals((await job.ended).code, 0, lines.join("\n"));
      assertEquals((await lake.must("stop")).stdout, "Nothing runs.\n");
    },
  );

  await t.step("Ctrl-C ends the job in its container", async () => {
    await lake.send([tick("ethereum", second + 60, "3")]);
    const { job, lines } = await running(lake);
    job.kill("SIGTERM");
    assertEquals((await job.ended).code, 0, lines.join("\n"));
    assertEquals(await containerIsThere(lake.jobName), false);
  });

  await t.step("in the notebook too, beside nothing else", async () => {
    await lake.send([tick("ethereum", second + 120, "4")]);
    const { job, lines } = await running(lake, "--in-notebook");
    assert((await processesIn(notebook, lake.jobName)).length > 0);
    assertStringIncludes(lines.join("\n"), "Spark 3.4.1, Iceberg 1.5.2");
    const again = await lake.lake(["run", "--once"]);
    assertEquals(again.code, 1);
    assertStringIncludes(
      again.stderr,
      `in the container ${notebook} is the one`,
    );
    await lake.must("stop");
    assertEquals(await processesIn(notebook, lake.jobName), []);
    assertEquals((await job.ended).code, 0, lines.join("\n"));
  });

  await t.step("nothing was lost or doubled on the way", async () => {
    await lake.must("run", "--once");
    assertEquals(await lake.rows("sql", counted), [
      { rows: 3, offsets: 3, ticks: 3 },
    ]);
  });
});
