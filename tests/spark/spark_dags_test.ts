// Airflow's DAGs on Spark: the lake beside PART-A.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathOf, projectDir } from "../../lib/project.ts";
import {
  dagsDir,
  ensureAirflow,
  listenForAlerts,
  newAirflow,
} from "../airflow/airflow.ts";
import { testDir } from "../harness/broker.ts";
import type { Env } from "../harness/clone.ts";
import { findPythonTool } from "../harness/python_tool.ts";
import { makeSparkLake, tick } from "./spark_lake.ts";
import { hasTime } from "./time_left.ts";

const second = 1_764_758_514;

/** With what the tests in the files after this one take. */
const airflow = hasTime("the DAGs on Spark", 23)
  ? await findPythonTool(ensureAirflow)
  : undefined;

Deno.test({
  name:
    "the DAGs on Spark: the lake is filled and maintained, a task that fails is an alert",
  ignore: airflow === undefined,
  async fn(t) {
    await using lake = await makeSparkLake("dags");
    await using dir = await testDir();
    const made = await newAirflow(airflow ?? "", dir.path, pathOf(dagsDir));
    const migrated = await made.command(["db", "migrate"]);
    assertEquals(migrated.code, 0, migrated.stdout + migrated.stderr);

    /** `airflow dags test ARGS`; gives the log. */
    async function dag(
      args: readonly string[],
      outcome: string,
      more: Env = {},
    ): Promise<string> {
      const { stdout, stderr } = await made.command(
        ["dags", "test", ...args],
        {
          CRYPTO_STREAM_HOME: pathOf(projectDir),
          LAKE_ENGINE: "spark",
          ...lake.env,
          ...more,
        },
      );
      const log = stdout + stderr;
      assertStringIncludes(log, `state=${outcome}`);
      return log;
    }

    await lake.send([
      tick("bitcoin", second, "1"),
      tick("ethereum", second, "2"),
      "not JSON",
      // The same observation again.
      tick("bitcoin", second, "1"),
    ]);

    await t.step(
      "the pipeline fills the lake and passes its gate",
      async () => {
        const log = await dag(["crypto_pipeline"], "success");
        assertStringIncludes(log, "Everything is in the lake");
        assertStringIncludes(log, "4 records, each offset once");
      },
    );

    await t.step("the maintenance, its dry run too", async () => {
      const log = await dag(["crypto_maintenance"], "success");
      assertStringIncludes(log, "remove_orphan_files (dry run)");
      assertStringIncludes(log, "4 records, each offset once");
    });

    await t.step("a task that fails is an alert", async () => {
      await using webhook = listenForAlerts();
      const log = await dag(["crypto_pipeline"], "failed", {
        LAKE_ALERT_WEBHOOK: webhook.url,
        // Three tries that cost no Spark.
        SPARK_IMAGE: "localhost:1/no/such:1",
      });
      assertStringIncludes(log, "ALERT {");
      // Once, after the last try; the gate is not reached.
      assertEquals(
        webhook.alerts.map(({ task_id, try_number }) => [task_id, try_number]),
        [["fill", 3]],
      );
    });
  },
});
