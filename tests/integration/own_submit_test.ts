// A spark-submit of the user's, with a program in its place that notes what it
// is given.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "../../lib/files.ts";
import { packagesFor } from "../../tasks/lake/spark/packages.ts";
import { projectDir } from "../../lib/project.ts";
import { type ProcessResult, run } from "../../tasks/host/run_process.ts";
import { sparkStateDir } from "../../tasks/lake/spark/spark_place.ts";
import { jobName } from "../../tasks/lake/spark/spark_session.ts";
import { testDir } from "../harness/broker.ts";
import { until } from "../harness/until.ts";
import type { Env } from "../harness/clone.ts";

/** As Spark 3.5.7 prints it, on stderr. */
const banner = `Welcome to
      ____              __
     / __/__  ___ _____/ /__
    _\\\\ \\\\/ _ \\\\/ _ \\\`/ __/  '_/
   /___/ .__/\\\\_,_/_/ /_/\\\\_\\\\   version 3.5.7
      /_/

Using Scala version 2.12.18, OpenJDK 64-Bit Server VM, 17.0.19
Branch HEAD`;

const program = `#!/bin/sh
if [ "$1" = --version ]; then
  cat >&2 <<'END'
${banner.replaceAll("\\\\", "\\").replaceAll("\\`", "`")}
END
  exit 0
fi
printf '%s\\n' "$@" >"$NOTES/words"
printf '%s' "$LAKE_OPTIONS" >"$NOTES/options"
[ -z "\${GO_ON-}" ] || sleep 600
echo '@lake {"event":"rows","columns":[{"name":"a","type":"int"}],"rows":[["1"]]}'
echo '@lake {"event":"done","seconds":1}'
`;

interface OwnSubmit extends AsyncDisposable {
  readonly dir: string;
  readonly env: Env;
  lake(args: readonly string[], env?: Env): Promise<ProcessResult>;
  words(): Promise<string[]>;
  options(): Promise<Record<string, unknown>>;
}

async function makeOwnSubmit(): Promise<OwnSubmit> {
  const dir = await testDir();
  const path = `${dir.path}/spark-submit`;
  await Deno.writeTextFile(path, program, { mode: 0o700 });
  const env = {
    NO_COLOR: "1",
    NOTES: dir.path,
    SPARK_SUBMIT: path,
    SPARK_KAFKA_BOOTSTRAP_SERVERS: "kafka.example:9092",
    SPARK_NAMESPACE_PREFIX: `t${crypto.randomUUID().slice(0, 8)}_`,
  };
  return {
    dir: dir.path,
    env,
    lake(args, more = {}) {
      const words = ["run", "-q", "-P=lake", "tasks/lake.ts", ...args];
      return run(Deno.execPath(), [...words, "--engine=spark"], {
        cwd: projectDir,
        env: { ...env, ...more },
      });
    },
    words: async () =>
      (await Deno.readTextFile(`${dir.path}/words`)).split("\n")
        .filter(Boolean),
    options: async () =>
      JSON.parse(await Deno.readTextFile(`${dir.path}/options`)),
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}

const checkpoints = { SPARK_CHECKPOINTS: "s3a://warehouse/_checkpoints" };

Deno.test({
  name: "a spark-submit of the user's gets packages, program and options",
  ignore: Deno.build.os === "windows",
  async fn(t) {
    await using own = await makeOwnSubmit();

    await t.step("sql needs no place for checkpoints", async () => {
      const { code, stdout, stderr } = await own.lake([
        ...["sql", "SELECT 1 AS a", "--json"],
      ]);
      assertEquals(code, 0, stderr);
      assertEquals(JSON.parse(stdout), { a: 1 });
      const packages = packagesFor({ version: "3.5.7", scala: "2.12" });
      const [option, named, main = "", subcommand] = await own.words();
      assertEquals([option, named], ["--packages", packages.join()]);
      assert(main.endsWith("/lakehouse/spark/main.py"), main);
      assertEquals(subcommand, "sql");
      const { sql, bootstrapServers, checkpointRoot } = await own.options();
      assertEquals(
        [sql, bootstrapServers, checkpointRoot],
        ["SELECT 1 AS a", "kafka.example:9092", undefined],
      );
    });

    await t.step("run needs one", async () => {
      const { code, stderr } = await own.lake(["run", "--once"]);
      assertEquals(code, 1);
      assertStringIncludes(stderr, "there is no place for checkpoints");
      assertStringIncludes(stderr, "Next: set SPARK_CHECKPOINTS");
    });

    await t.step("run finds it in the file of properties", async () => {
      const file = `${own.dir}/lake.properties`;
      await Deno.writeTextFile(
        file,
        "spark.sql.defaultCatalog lake\n" +
          "spark.sql.catalog.lake.warehouse file:///tmp/warehouse/\n",
      );
      const { code, stderr } = await own.lake(["run", "--once"], {
        SPARK_PROPERTIES_FILE: file,
      });
      assertEquals(code, 0, stderr);
      const words = await own.words();
      assertEquals(words.slice(0, 2), ["--properties-file", file]);
      const { checkpointRoot } = await own.options();
      assertEquals(
        checkpointRoot,
        "file:///tmp/warehouse/_checkpoints/crypto-stream",
      );
    });

    await t.step("one job writes at a time, and stop ends it", async () => {
      const first = own.lake(["run"], { ...checkpoints, GO_ON: "1" });
      const name = jobName("run", own.env.SPARK_NAMESPACE_PREFIX ?? "");
      const record = `${sparkStateDir}/${name}.pid`;
      await until("the job runs", () => exists(record));
      const second = await own.lake(["run", "--once"], checkpoints);
      assertEquals(second.code, 1);
      assertStringIncludes(second.stderr, "is the one writer");
      const stop = await own.lake(["stop"]);
      assertEquals(stop.code, 0, stop.stderr);
      assertStringIncludes(
        stop.stdout,
        `of ${own.env.SPARK_SUBMIT}; no process`,
      );
      const { code, stderr } = await first;
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, "the next start goes on where it ended");
      assertEquals((await own.lake(["stop"])).stdout, "Nothing runs.\n");
    });

    await t.step("mistakes are told with the next step", async () => {
      const told = async (env: Env, ...texts: string[]) => {
        const args = ["sql", "SELECT 1"];
        const { code, stderr } = await own.lake(args, env);
        assertEquals(code, 1, stderr);
        for (const text of texts) assertStringIncludes(stderr, text);
      };
      await told(
        { SPARK_KAFKA_BOOTSTRAP_SERVERS: "" },
        "not which brokers",
        "Next: set SPARK_KAFKA_BOOTSTRAP_SERVERS",
      );
      const none = `${own.dir}/none`;
      await told(
        { SPARK_SUBMIT: none },
        `SPARK_SUBMIT is "${none}": no such program`,
        "Next: name the path of spark-submit",
      );
      await told(
        { SPARK_SUBMIT: "true" },
        "SPARK_SUBMIT does not tell its version",
        "Next: check it with --version, or name the packages in SPARK_PACKAGES",
      );
    });
  },
});
