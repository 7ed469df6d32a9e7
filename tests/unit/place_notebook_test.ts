import { assert, assertEquals } from "@std/assert";
import { placeNotebook } from "../../tasks/lake/spark/place_notebook.ts";
import { type DockerAnswer, fakeDocker } from "../fakes/spark.ts";

/** Places it; gives what was copied, and the variables of the last call. */
async function placed(isThere: boolean, replace: boolean) {
  const answer = (args: readonly string[]): DockerAnswer | undefined =>
    args.includes("pwd")
      ? { stdout: "/home/jovyan\n" }
      : args.some((word) => word.startsWith("mkdir")) && isThere
      ? { stdout: "there\n" }
      : undefined;
  const docker = fakeDocker(answer);
  let variables: Readonly<Record<string, string>> = {};
  const isCopied = await placeNotebook({
    docker,
    dockerWith(env) {
      variables = env;
      return docker;
    },
    notebook: "hive-spark-notebook",
    user: "1000:100",
    packages: ["a:iceberg:1.5.2", "b:kafka:3.4.1"],
    properties: { "spark.sql.defaultCatalog": "iceberg" },
    memory: "1g",
    checkpoints: undefined,
    secrets: [],
  }, { folder: "crypto-stream", settings: { runJob: "run" }, replace });
  const copied = docker.calls.filter(([word]) => word === "cp").map(
    ([, from = "", to = ""]) => `${from.split("/lakehouse/")[1]} ${to}`,
  );
  return { isCopied, copied, variables, calls: docker.calls };
}

const target = "hive-spark-notebook:/home/jovyan/crypto-stream/";

Deno.test("placeNotebook() copies the notebook beside its programs", async () => {
  const { isCopied, copied } = await placed(false, false);
  assert(isCopied);
  assertEquals(copied, [
    `spark ${target}`,
    `sql ${target}`,
    `notebooks/crypto_lake.ipynb ${target}`,
  ]);
});

Deno.test("placeNotebook() keeps a notebook that is there, unless it is asked", async () => {
  const kept = await placed(true, false);
  assertEquals([kept.isCopied, kept.copied.length], [false, 2]);
  assert((await placed(true, true)).isCopied);
});

Deno.test("placeNotebook() gives Spark all packages and settings in a file", async () => {
  const { variables, calls } = await placed(false, false);
  assertEquals(variables.LAKE_SETTINGS, '{"runJob":"run"}');
  assertEquals(variables.LAKE_PROPERTIES?.trim().split("\n"), [
    "spark.sql.defaultCatalog=iceberg",
    "spark.driver.memory=1g",
    "spark.jars.packages=a:iceberg:1.5.2,b:kafka:3.4.1",
    "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1",
  ]);
  const all = calls.flat().join(" ");
  assert(!all.includes("a:iceberg"), "settings are not in arguments");
});
