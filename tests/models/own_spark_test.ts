// A spark-submit of the user's own, with a catalog on this machine's disk and a
// real broker: no container has a part in it.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { delimiter, dirname } from "node:path";
import { projectDir } from "../../lib/project.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { ensurePythonTool } from "../../tasks/host/python_tool.ts";
import { run, start } from "../../tasks/host/run_process.ts";
import { dbtPackages } from "../../tasks/lake/dbt.ts";
import {
  packagesFor,
  packagesOfBanner,
} from "../../tasks/lake/spark/packages.ts";
import { sparkSettings } from "../../tasks/lake/spark/spark_settings.ts";
import { startBroker } from "../harness/broker.ts";
import type { Env } from "../harness/clone.ts";
import { withAdmin } from "../harness/consumer.ts";
import { sendValues } from "../harness/lake_command.ts";
import { findPythonTool } from "../harness/python_tool.ts";
import { until } from "../harness/until.ts";
import { ivyOfRig } from "../spark/part_a_rig.ts";
import { tick } from "../spark/spark_lake.ts";
import { pipSpark } from "./submit_local.ts";

const topic = "own.spark";
const second = 1_764_758_514;
/** Another one, by hand: `OWN_SPARK=4.0.0`. */
const version = Deno.env.get("OWN_SPARK") ?? "3.5.7";
const spark = { version, scala: version.startsWith("3.") ? "2.12" : "2.13" };
const isOfImage = pipSpark.includes(`pyspark==${version}`);

// Beside dbt, which the tier installs: Spark is large.
const program = await findPythonTool((ports) =>
  ensurePythonTool(
    isOfImage
      ? { name: "dbt", packages: [...dbtPackages, ...pipSpark] }
      : { name: "spark-submit", packages: [`pyspark==${version}`] },
    ports,
  )
);

const values: readonly (string | null)[] = [
  ...Array.from(
    { length: 30 },
    (_, at) => tick("bitcoin", second + 60 * at, `${at + 1}.5`),
  ),
  "not JSON",
  null,
];

/** Packages that the rig's image has; others come from Maven's repository. */
async function copyIvy(to: string): Promise<boolean> {
  const image = sparkSettings[0][1];
  const from = await ivyOfRig(image).catch(() => undefined);
  if (from === undefined) return false;
  const docker = createDocker();
  const name = `crypto-stream-ivy-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await docker.output(["create", "--name", name, image]);
    await docker.output(["cp", `${name}:${from}`, to]);
  } finally {
    await docker.run(["rm", "-f", name]);
  }
  return true;
}

/** As `conf/spark-defaults.conf` of a Spark has it. */
function defaultsOf(dir: string): string {
  return Object.entries({
    "spark.master": "local[2]",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.ui.enabled": "false",
    "spark.jars.ivy": `${dir}/ivy`,
    "spark.sql.extensions":
      "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    "spark.sql.defaultCatalog": "disk",
    "spark.sql.catalog.disk": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.disk.type": "hadoop",
    "spark.sql.catalog.disk.warehouse": `file://${dir}/warehouse`,
  }).map(([name, value]) => `${name} ${value}\n`).join("");
}

Deno.test({
  name: "the lake on a spark-submit of the user's own, without a container",
  ignore: program === undefined,
  async fn(t) {
    if (program === undefined) return;
    await using broker = await startBroker();
    const { bootstrap, dir } = broker;
    const submit = `${dirname(program)}/spark-submit`;
    const path = [dirname(program), Deno.env.get("PATH")].join(delimiter);
    await Deno.mkdir(`${dir}/conf`);
    await Deno.writeTextFile(
      `${dir}/conf/spark-defaults.conf`,
      defaultsOf(dir),
    );
    const packages = packagesFor(spark);
    // Without those of an object store.
    const [iceberg = "", kafka = ""] = [packages[0], packages.at(-1)];
    const env: Env = {
      ...{ NO_COLOR: "1", PATH: path, PYSPARK_PYTHON: "python3" },
      SPARK_CONF_DIR: `${dir}/conf`,
      SPARK_SUBMIT: submit,
      SPARK_KAFKA_BOOTSTRAP_SERVERS: bootstrap,
      KAFKA_TOPIC: topic,
      // Of this test alone: the lock is one of this folder.
      SPARK_NAMESPACE_PREFIX: `t${crypto.randomUUID().slice(0, 8)}_`,
      ...isOfImage && await copyIvy(`${dir}/ivy`)
        ? {}
        : { SPARK_PACKAGES: [iceberg, kafka].join() },
    };
    const checkpoints = { SPARK_CHECKPOINTS: `file://${dir}/checkpoints` };
    const words = (args: readonly string[]) => [
      ...["run", "-q", "-P=lake", "tasks/lake.ts", ...args, "--engine=spark"],
    ];
    const lake = (args: readonly string[], more: Env = {}) =>
      run(Deno.execPath(), words(args), {
        cwd: projectDir,
        env: { ...env, ...more },
      });
    async function must(args: readonly string[], more: Env = {}) {
      const { code, stdout, stderr } = await lake(args, more);
      assertEquals(code, 0, `${args.join(" ")}: ${stdout}${stderr}`);
      return { stdout, stderr };
    }
    const counts = async () =>
      JSON.parse(
        (await must([
          "sql",
          "SELECT (SELECT count(*) FROM bronze.crypto_ticks_raw) AS raw, " +
          "(SELECT count(*) FROM silver.crypto_ticks) AS ticks, " +
          "(SELECT string(max(high_price)) FROM gold.crypto_hourly_ohlc) AS top",
          "--json",
        ])).stdout,
      );
    await withAdmin(
      bootstrap,
      (admin) => admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }),
    );
    await sendValues(bootstrap, topic, values);

    await t.step("its packages are those of its version", async () => {
      const { stdout, stderr } = await run(submit, ["--version"], { env });
      assertEquals(packagesOfBanner(stdout + stderr), packagesFor(spark));
    });

    await t.step("run --once brings the topic into the lake", async () => {
      const { stdout, stderr } = await must(["run", "--once"], checkpoints);
      assertStringIncludes(stdout, "Everything is in the lake");
      assertStringIncludes(stderr, `on Spark, ${submit}`);
    });

    await t.step("sql and verify need no place for checkpoints", async () => {
      assertEquals(
        await counts(),
        { raw: 32, ticks: 30, top: "30.500000000000000000" },
      );
      const { stdout } = await must(["verify", "--json"]);
      const { ok, checks } = JSON.parse(stdout);
      assertEquals(ok, true, stdout);
      assert(checks.length > 5, stdout);
    });

    await t.step(
      "stop ends a job that goes on, and nothing is lost",
      async () => {
        await sendValues(bootstrap, topic, [
          tick("bitcoin", second + 86_400, "77"),
        ]);
        const lines: string[] = [];
        const job = start(Deno.execPath(), words(["run", "--trigger=1"]), {
          cwd: projectDir,
          env: { ...env, ...checkpoints },
          onLine: (line) => lines.push(line),
        });
        let isOver = false;
        job.ended.finally(() => isOver = true);
        try {
          await until("the job has a batch", () => {
            if (isOver) throw new Error(lines.join("\n"));
            return lines.some((line) => line.startsWith("bronze: "));
          }, 300_000);
          const other = await lake(["run", "--once"], checkpoints);
          assertEquals(other.code, 1);
          assertStringIncludes(other.stderr, "is the one writer");
          const { stdout } = await must(["stop"]);
          assertStringIncludes(
            stdout,
            `of ${submit}; no process of it is left`,
          );
        } finally {
          if (!isOver) job.kill("SIGTERM");
        }
        assertEquals((await job.ended).code, 0, lines.join("\n"));
        await must(["run", "--once"], checkpoints);
        assertEquals(
          await counts(),
          { raw: 33, ticks: 31, top: "77.000000000000000000" },
        );
      },
    );
  },
});
