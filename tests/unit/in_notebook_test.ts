import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  createInNotebook,
  execArgs,
  notebookJobs,
} from "../../tasks/lake/spark/in_notebook.ts";
import { type DockerAnswer, fakeDocker } from "../fakes/spark.ts";

const job = { name: "crypto-spark-run", subcommand: "run", options: {} };

function options(
  answer: (args: readonly string[]) => DockerAnswer | undefined,
) {
  const docker = fakeDocker(answer);
  return {
    docker,
    dockerWith: () => docker,
    notebook: "hive-spark-notebook",
    user: "1000:100",
    packages: ["a:b:1"],
    properties: {},
    memory: "1g",
    checkpoints: undefined,
    secrets: [],
  };
}

/** The call that looks for a job's processes. */
function isLook(args: readonly string[]): boolean {
  return args.some((word) => word.startsWith("for dir in /proc/"));
}

Deno.test("execArgs() runs as the notebook's user, who owns the packages", () => {
  const args = execArgs(job, options(() => undefined)).join(" ");
  assert(args.startsWith("exec --user 1000:100 -e LAKE_OPTIONS"), args);
  assert(
    args.endsWith(
      "sh /tmp/crypto-spark-run  a:b:1  --properties-file " +
        "/tmp/crypto-spark-run/lake.properties " +
        "/tmp/crypto-spark-run/spark/main.py run",
    ),
    args,
  );
});

Deno.test("createInNotebook() refuses a job whose lock is held", async () => {
  const made = options((args) =>
    args.includes("--properties-file") ? { code: 75 } : undefined
  );
  await assertRejects(
    () => createInNotebook(made).run(job, () => {}),
    CommandError,
    "a job crypto-spark-run runs in the container hive-spark-notebook already",
  );
});

Deno.test("createInNotebook() does not replace the programs of a job that runs", async () => {
  const made = options((args) =>
    isLook(args) ? { stdout: "python 7\n" } : undefined
  );
  await createInNotebook(made).run(job, () => {});
  assertEquals(made.docker.calls.filter(([word]) => word === "cp"), []);
});

Deno.test("notebookJobs() asks Python, which ends its batch, and waits for all", async () => {
  let looks = 0;
  const { docker } = options((args) =>
    isLook(args)
      ? { stdout: ++looks < 3 ? "other 7\npython 9\n" : "" }
      : undefined
  );
  const jobs = notebookJobs(docker, "hive-spark-notebook");
  assertEquals(
    await jobs.stop("crypto-spark-run"),
    "the job in the container hive-spark-notebook",
  );
  const kill = docker.calls.find((args) =>
    args.some((it) => it.startsWith("kill"))
  );
  assertEquals(kill?.slice(-3), ['kill -TERM "$@"', "sh", "9"]);
  assertEquals(await jobs.stop("crypto-spark-run"), undefined);
});

Deno.test("notebookJobs() names a notebook's kernel, and does not end it", async () => {
  const { docker } = options((args) =>
    isLook(args) ? { stdout: "kernel 71\n" } : undefined
  );
  const jobs = notebookJobs(docker, "hive-spark-notebook");
  assertEquals(
    await jobs.holder("crypto-spark-run"),
    "a notebook's kernel, pid 71 in the container hive-spark-notebook,",
  );
  await assertRejects(
    () => jobs.stop("crypto-spark-run"),
    CommandError,
    "a notebook's kernel writes: pid 71",
  );
  assert(
    docker.calls.every((args) => !args.some((it) => it.startsWith("kill"))),
  );
});
