// The archive of classes, with a real Java: made, used, and damaged. It stays for
// the tests of the files after this one, whose starts it shortens.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createDocker } from "../../tasks/docker/docker.ts";
import { sparkSettings } from "../../tasks/lake/spark/spark_settings.ts";
import { packagesVolume } from "./part_a_rig.ts";
import { makeSparkLake, tick } from "./spark_lake.ts";

const folder = "/opt/spark/work-dir";

/** Runs a line of shell on the volume of packages and archives. */
function onVolume(line: string): Promise<string> {
  const mount = `type=volume,src=${packagesVolume()},dst=${folder}`;
  return createDocker().output([
    ...["run", "--rm", "--mount", mount],
    ...["--entrypoint", "/bin/sh", sparkSettings[0][1], "-c", line],
  ], { timeoutMs: 120_000 });
}

Deno.test(
  "Java's classes are kept for later starts, and damage costs only time",
  async () => {
    await using lake = await makeSparkLake("classes");
    await lake.send([tick("bitcoin", 1_764_758_514, "1.5")]);
    const log = `${folder}/${lake.jobName}.log`;
    const properties = await Deno.makeTempFile();
    await Deno.writeTextFile(
      properties,
      `spark.driver.extraJavaOptions=-Xlog:class+load:file=${log}\n`,
    );
    const env = { SPARK_PROPERTIES_FILE: properties };
    /** How many of Spark's classes came out of an archive. */
    const shared = async () =>
      Number(
        await onVolume(
          `grep -c ' org.apache.spark.* source: shared objects' ${log} || true`,
        ),
      );
    const newest = `$(ls -t ${folder}/classes-*.jsa | head -n 1)`;
    const whole = `${folder}/${lake.jobName}.whole`;
    const select = async () => {
      const { code, stdout, stderr } = await lake.lake(
        ["sql", "--json", "SELECT count(*) AS rows FROM silver.crypto_ticks"],
        env,
      );
      assertEquals(code, 0, stderr);
      assertEquals(JSON.parse(stdout), { rows: 1 });
    };
    try {
      await onVolume(`rm -f ${folder}/classes-*`);
      await lake.must("run", "--once");
      const made = await lake.lake(["maintain"], env);
      assertEquals(made.code, 0, made.stderr);
      assertStringIncludes(made.stderr, "classes are kept");

      await select();
      const used = await shared();
      assert(used > 2_000, `${used} classes`);

      // Java would die of it.
      const half = `chmod u+w "${newest}" && truncate -s 50M "${newest}"`;
      await onVolume(`cp -p "${newest}" ${whole} && ${half}`);
      await select();
      assertEquals(await shared(), 0);
      await onVolume(`mv -f ${whole} "${newest}"`);
    } finally {
      await Deno.remove(properties);
      await onVolume(`rm -f ${log}* ${whole}`);
    }
  },
);
