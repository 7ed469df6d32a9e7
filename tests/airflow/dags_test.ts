// The DAGs, run by Airflow itself over a real broker and a real lake.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import kafkajs from "kafkajs";
import { pathOf, projectDir } from "../../lib/project.ts";
import { startBroker, testDir } from "../harness/broker.ts";
import { deno, type Env } from "../harness/clone.ts";
import { withAdmin } from "../harness/consumer.ts";
import { findPythonTool } from "../harness/python_tool.ts";
import {
  dagsDir,
  ensureAirflow,
  listenForAlerts,
  newAirflow,
} from "./airflow.ts";

const airflow = await findPythonTool(ensureAirflow);
const topic = "lake.airflow";
const second = 1_764_758_514;

function tick(coin: string, at: number, price: string): string {
  return `{"status":"success","data":{"${coin}":{"usd":${price},` +
    `"last_updated_at":${at}}},"source_system":"test"}`;
}

/** What Airflow makes of the folder, for each environment: the last line. */
const structure = `
import json, os
from airflow.dag_processing.dagbag import DagBag

def found():
    bag = DagBag()
    return {
        "errors": bag.import_errors,
        "dags": {dag.dag_id: {
            "schedule": dag.schedule,
            "serial": dag.max_active_runs,
            "catchup": dag.catchup,
            "engine": dag.params["engine"],
            "described": bool(dag.doc_md),
            "tasks": {task.task_id: {
                "next": sorted(task.downstream_task_ids),
                "command": task.bash_command,
                "cwd": task.cwd,
                "lake": task.env["LAKE_DIR"],
                "retries": task.retries,
                "bounded": task.execution_timeout is not None,
                "alerts": task.has_on_failure_callback,
            } for task in dag.tasks},
        } for dag in bag.dags.values()},
    }

all = []
for env in json.loads(os.environ["ENVIRONMENTS"]):
    os.environ.update(env)
    all.append(found())
print(json.dumps(all))`;

interface Structure {
  readonly errors: Readonly<Record<string, string>>;
  readonly dags: Readonly<
    Record<string, {
      readonly schedule: string;
      readonly serial: number;
      readonly catchup: boolean;
      readonly engine: string;
      readonly described: boolean;
      readonly tasks: Readonly<
        Record<string, Readonly<Record<string, unknown>>>
      >;
    }>
  >;
}

Deno.test({
  name: "both DAGs are imported; their tasks are commands of this project",
  ignore: airflow === undefined,
  async fn() {
    await using dir = await testDir();
    const made = await newAirflow(airflow ?? "", dir.path, pathOf(dagsDir));
    const home = pathOf(projectDir).replace(/\/$/, "");
    const { stdout, stderr } = await made.python(structure, {
      ENVIRONMENTS: JSON.stringify([
        // Empty variables are unset ones.
        {
          CRYPTO_STREAM_HOME: "",
          LAKE_DBT_TESTS: "",
          LAKE_DIR: "",
          LAKE_ENGINE: "",
        },
        {
          CRYPTO_STREAM_HOME: "/project",
          LAKE_DBT_TESTS: "true",
          LAKE_DIR: "/lake",
          LAKE_ENGINE: "spark",
          LAKE_SCHEDULE: "@hourly",
        },
        { LAKE_ENGINE: "flink" },
      ]),
    });
    const last = stdout.trim().split("\n").at(-1) ?? "";
    assert(last.startsWith("["), stdout + stderr);
    const [usual, chosen, wrong]: Structure[] = JSON.parse(last);
    assertEquals(usual?.errors, {});
    const dags = usual?.dags ?? {};
    const ways = Object.entries(dags).map(([id, { tasks }]) => [
      id,
      Object.entries(tasks).map(([name, { next, command }]) => [
        name,
        command,
        next,
      ]),
    ]);
    assertEquals(Object.fromEntries(ways), {
      crypto_pipeline: [
        [
          "fill",
          "deno task lake run --once --engine={{ params.engine }}",
          ["quality_gate"],
        ],
        [
          "quality_gate",
          "deno task lake verify --engine={{ params.engine }}",
          [],
        ],
      ],
      crypto_maintenance: [
        [
          "dry_run",
          '[ "{{ params.engine }}" = spark ] || exit 99\n' +
          "deno task lake maintain --dry-run --engine=spark",
          ["maintain"],
        ],
        [
          "maintain",
          "deno task lake maintain --engine={{ params.engine }}",
          ["verify_all"],
        ],
        [
          "verify_all",
          "deno task lake verify --engine={{ params.engine }}" +
          "{{ ' --all' if params.engine == 'embedded' else '' }}",
          [],
        ],
      ],
    });
    for (
      const { serial, catchup, engine, described, tasks } of Object.values(dags)
    ) {
      assertEquals(
        { serial, catchup, engine, described },
        { serial: 1, catchup: false, engine: "embedded", described: true },
      );
      for (
        const { cwd, lake, retries, bounded, alerts } of Object.values(tasks)
      ) {
        assertEquals(
          { cwd, lake, retries, bounded, alerts },
          {
            cwd: home,
            lake: `${home}/.state/lake`,
            retries: 2,
            bounded: true,
            alerts: true,
          },
        );
      }
    }
    const pipeline = chosen?.dags["crypto_pipeline"];
    assertEquals([pipeline?.engine, pipeline?.schedule], ["spark", "@hourly"]);
    const { fill, dbt_tests } = pipeline?.tasks ?? {};
    assertEquals(fill?.next, ["dbt_tests", "quality_gate"]);
    assertEquals([dbt_tests?.cwd, dbt_tests?.lake], ["/project", "/lake"]);
    assertStringIncludes(Object.values(wrong?.errors ?? {}).join(), "flink");
  },
});

async function send(bootstrap: string, values: string[]): Promise<void> {
  await withAdmin(
    bootstrap,
    (admin) =>
      admin.createTopics({ topics: [{ topic }], waitForLeaders: true }),
  );
  const producer = new kafkajs.Kafka({ brokers: [bootstrap], logLevel: 0 })
    .producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

async function rows(sql: string, env: Env): Promise<unknown[]> {
  const args = ["run", "-q", "-P=lake", "tasks/lake.ts", "sql", sql, "--json"];
  const { code, stdout, stderr } = await deno(args, env);
  assertEquals(code, 0, stderr);
  return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

const counted = `SELECT
  (SELECT count(*) FROM bronze.crypto_ticks_raw)::INTEGER AS bronze,
  (SELECT count(*) FROM silver.crypto_ticks)::INTEGER AS ticks,
  (SELECT count(*) FROM silver.crypto_rejects)::INTEGER AS rejects,
  (SELECT count(*) FROM gold.crypto_latest)::INTEGER AS gold`;

Deno.test({
  name:
    "the pipeline fills the lake once, the maintenance keeps its rows, a failure is an alert",
  ignore: airflow === undefined,
  async fn() {
    await using broker = await startBroker();
    const { bootstrap, dir } = broker;
    // A folder of DAGs somewhere else: CRYPTO_STREAM_HOME leads to the project.
    const dags = `${dir}/dags`;
    await Deno.mkdir(dags);
    await Deno.copyFile(
      new URL("crypto_lake.py", dagsDir),
      `${dags}/crypto_lake.py`,
    );
    const made = await newAirflow(airflow ?? "", `${dir}/airflow`, dags);
    const migrated = await made.command(["db", "migrate"]);
    assertEquals(migrated.code, 0, migrated.stdout + migrated.stderr);
    const env = {
      CRYPTO_STREAM_HOME: pathOf(projectDir),
      KAFKA_BOOTSTRAP_SERVERS: bootstrap,
      KAFKA_TOPIC: topic,
      LAKE_DIR: `${dir}/lake`,
      LAKE_GROUP_ID: "lake-airflow-test",
      ADMIN_ADDRESS: "off",
    };
    async function dag(name: string, more: Env = {}): Promise<string> {
      const { stdout, stderr } = await made.command(
        ["dags", "test", name],
        { ...env, ...more },
      );
      return stdout + stderr;
    }

    await send(bootstrap, [
      tick("bitcoin", second, "1"),
      tick("ethereum", second, "2"),
      "not JSON",
      // The same observation again.
      tick("bitcoin", second, "1"),
    ]);
    const first = await dag("crypto_pipeline");
    assertStringIncludes(first, "state=success");
    assertStringIncludes(first, "none failed");
    const expected = { bronze: 4, ticks: 2, rejects: 1, gold: 2 };
    assertEquals(await rows(counted, env), [expected]);

    const snapshots = "SELECT count(*)::INTEGER AS n FROM lake.snapshots()";
    const before = await rows(snapshots, env);
    assertStringIncludes(await dag("crypto_pipeline"), "state=success");
    assertEquals(await rows(counted, env), [expected]);
    assertEquals(await rows(snapshots, env), before);

    const maintained = await dag("crypto_maintenance");
    assertStringIncludes(maintained, "state=success");
    assertStringIncludes(maintained, "catalog bytes");
    assertEquals(await rows(counted, env), [expected]);

    await using webhook = listenForAlerts();
    const failed = await dag("crypto_maintenance", {
      LAKE_DIR: `${dir}/none`,
      LAKE_ALERT_WEBHOOK: webhook.url,
    });
    assertStringIncludes(failed, `there is no lake in "${dir}/none"`);
    assertStringIncludes(failed, "state=failed");
    assertStringIncludes(failed, "ALERT {");
    assert(!failed.includes("/secret"), failed);
    // Once, after the last try.
    assertEquals(
      webhook.alerts.map(({ task_id, try_number }) => [task_id, try_number]),
      [["maintain", 3]],
    );
    assertStringIncludes(
      webhook.alerts[0]?.text ?? "",
      "crypto_maintenance.maintain failed: ",
    );
  },
});
