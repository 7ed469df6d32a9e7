// The tutorial's notebook in PART-A's Jupyter, cell by cell.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { projectDir } from "../../lib/project.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { until } from "../harness/until.ts";
import { notebook } from "./part_a_rig.ts";
import { makeSparkLake, type SparkLake, tick } from "./spark_lake.ts";

const second = 1_764_758_514;
const docker = createDocker();

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly {
    readonly text?: readonly string[];
    readonly data?: Readonly<Record<string, readonly string[]>>;
  }[];
}

const { cells, ...rest } = JSON.parse(
  Deno.readTextFileSync(
    new URL("lakehouse/notebooks/crypto_lake.ipynb", projectDir),
  ),
);

function code(source: string): Cell & Record<string, unknown> {
  return {
    ...{ cell_type: "code", execution_count: null, id: crypto.randomUUID() },
    ...{ metadata: {}, outputs: [], source: source.split(/(?<=\n)/) },
  };
}

/** Runs a program there as Jupyter's user. */
function inside(folder: string, ...words: string[]) {
  const user = ["exec", "--user", "1000:100", "--workdir", folder, notebook];
  return docker.run([...user, ...words], { timeoutMs: Infinity });
}

/** Runs all cells of a notebook; gives what they print. */
async function execute(folder: string, all: readonly Cell[]): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ipynb" });
  try {
    await Deno.writeTextFile(file, JSON.stringify({ cells: all, ...rest }));
    await Deno.chmod(file, 0o644);
    await docker.output(["cp", file, `${notebook}:${folder}/run.ipynb`]);
  } finally {
    await Deno.remove(file);
  }
  const ran = await inside(
    folder,
    ...[
      "start.sh",
      "jupyter",
      "nbconvert",
      "--to",
      "notebook",
      "--execute",
      "--stdout",
    ],
    ...["--ExecutePreprocessor.timeout=600", "run.ipynb"],
  );
  assertEquals(ran.code, 0, ran.stderr);
  const { cells: done } = JSON.parse(
    ran.stdout.slice(ran.stdout.indexOf("{")),
  ) as { readonly cells: readonly Cell[] };
  return done.flatMap(({ outputs = [] }) => outputs).flatMap((one) => [
    ...one.text ?? [],
    ...one.data?.["text/plain"] ?? [],
  ]).join("");
}

/** The folder of a lake's notebook in the container. */
async function place(lake: SparkLake): Promise<string> {
  const { stdout } = await lake.must("notebook");
  const folder = /\/lab\/tree\/(\S+)\/crypto_lake\.ipynb/.exec(stdout)?.[1];
  assert(folder !== undefined, stdout);
  return `/home/jovyan/${folder}`;
}

const counted = `SELECT count(*) AS rows,
  count(DISTINCT kafka_partition, kafka_offset) AS offsets,
  (SELECT count(*) FROM silver.crypto_ticks) AS ticks,
  (SELECT sum(tick_count) FROM gold.crypto_hourly_ohlc) AS in_gold
  FROM bronze.crypto_ticks_raw`;

Deno.test("the notebook, from the topic to gold", async (t) => {
  await using lake = await makeSparkLake("notebook");
  const ticks = (from: number) =>
    Array.from(
      { length: 20 },
      (_, at) => tick("bitcoin", second + 60 * (from + at), `${at + 1}.5`),
    );
  await lake.send([...ticks(0), "not JSON"]);
  const folder = await place(lake);

  await t.step("all cells, in a kernel of their own", async () => {
    const said = await execute(folder, cells);
    for (
      const part of [
        "Spark 3.4.1 on the catalog iceberg",
        "bronze: batch 0, records 21",
        "lag: 0 records",
        "not_json|   1",
        "maintained: table bronze.crypto_ticks_raw",
        "this kernel writes no more",
      ]
    ) assertStringIncludes(said, part);
    assert(!said.includes("it was ended"), said);
  });

  await t.step("all cells, in a kernel with PART-A's session", async () => {
    await lake.send(ticks(20));
    const said = await execute(folder, [
      code(
        "from pyspark.sql import SparkSession\n" +
          "spark = SparkSession.builder.getOrCreate()\n" +
          'spark.sql("SHOW NAMESPACES").count()',
      ),
      ...cells,
      code("print(open_lake().spark.version)"),
    ]);
    assertStringIncludes(said, "session had no connector for Kafka: it was");
    assertStringIncludes(said, "records 20");
    assertStringIncludes(said, "a session with all that is needed");
  });

  await t.step("the commands find the same lake, whole", async () => {
    assertEquals(await lake.rows("sql", counted), [
      { rows: 41, offsets: 41, ticks: 40, in_gold: 40 },
    ]);
    const { stdout } = await lake.must("verify", "--json");
    assertEquals(JSON.parse(stdout).ok, true, stdout);
  });

  await clear(folder);
});

Deno.test("a kernel that writes and a job refuse each other", async () => {
  await using lake = await makeSparkLake("kernel");
  const folder = await place(lake);
  const take = 'import os, sys, time; sys.path.insert(0, "spark")\n' +
    "from kernel_lock import KernelLock\n" +
    `lock = KernelLock("${lake.jobName}"); lock.take()\n`;
  const python = (script: string) => inside(folder, "python3", "-c", script);
  const held = python(
    `${take}while not os.path.exists("end"): time.sleep(0.2)`,
  );
  await until("the kernel holds the lock", async () => {
    const lock = `/tmp/${lake.jobName}/lock`;
    return (await inside(folder, "test", "-s", lock)).code === 0;
  }, 60_000);
  for (const flags of [[], ["--in-notebook"]]) {
    const job = await lake.lake(["run", "--once", ...flags]);
    assertEquals(job.code, 1, job.stderr);
    assertStringIncludes(job.stderr, "a notebook's kernel, pid ");
  }
  const stop = await lake.lake(["stop"]);
  assertEquals(stop.code, 1);
  assertStringIncludes(stop.stderr, "lake.close()");
  await inside(folder, "touch", "end");
  assertEquals((await held).code, 0);
  assertEquals((await lake.must("stop")).stdout, "Nothing runs.\n");

  const network = "part-a_dasnet";
  await using container = await standIn(lake.jobName, network);
  const refused = await python(take);
  assertEquals(refused.code, 1);
  assertStringIncludes(
    refused.stderr,
    `the container ${container.name} is the one writer`,
  );
  await clear(folder);
});

async function clear(folder: string): Promise<void> {
  await docker.run(["exec", "--user", "0", notebook, "rm", "-rf", folder]);
}

/** A container of a job's name. */
async function standIn(name: string, network: string) {
  const image = "apache/spark:3.5.7-java17-python3";
  await docker.output([
    ...["run", "-d", "--rm", "--name", name, "--network", network],
    ...["--entrypoint", "sleep", image, "120"],
  ]);
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await docker.run(["rm", "-f", name]);
    },
  };
}
