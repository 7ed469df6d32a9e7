import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  containerMegabytes,
  createOneShot,
  oneShotJobs,
  type OneShotOptions,
  runArgs,
} from "../../tasks/lake/spark/one_shot.ts";
import { propertiesFor } from "../../tasks/lake/spark/submit.ts";
import { type DockerAnswer, fakeDocker } from "../fakes/spark.ts";

const job = {
  name: "crypto-spark-run",
  subcommand: "run",
  options: { kafka: { "kafka.sasl.jaas.config": "password=hunter22" } },
};

function options(
  answer: (args: readonly string[]) => DockerAnswer | undefined,
): {
  options: OneShotOptions;
  docker: ReturnType<typeof fakeDocker>;
  envs: Readonly<Record<string, string>>[];
} {
  const docker = fakeDocker(answer);
  const envs: Readonly<Record<string, string>>[] = [];
  return {
    docker,
    envs,
    options: {
      docker,
      dockerWith(env) {
        envs.push(env);
        return docker;
      },
      image: "apache/spark:3.5.7-java17-python3",
      network: "part-a_dasnet",
      project: "crypto-stream",
      packages: ["a:b:1", "c:d:2"],
      properties: { "spark.hadoop.fs.s3a.secret.key": "minio-secret" },
      env: { AWS_SECRET_ACCESS_KEY: "aws-secret" },
      ivy: undefined,
      memory: "1500m",
      checkpoints: "s3a://warehouse/x",
      secrets: [],
      progress: () => {},
    },
  };
}

function container(status: string): DockerAnswer {
  const seen = { Name: "/crypto-spark-run", State: { Status: status } };
  return { stdout: JSON.stringify([seen]) };
}

function isInspect(args: readonly string[]): boolean {
  return args[0] === "container" && args[1] === "inspect";
}

Deno.test("createOneShot() keeps passwords off the command line", async () => {
  const made = options((args) => isInspect(args) ? { code: 1 } : undefined);
  assertEquals(await createOneShot(made.options).run(job, () => {}), 0);
  const started = made.docker.calls.find(([word]) => word === "run") ?? [];
  assert(started.includes("LAKE_OPTIONS"));
  for (const secret of ["hunter22", "minio-secret", "aws-secret"]) {
    assert(!started.some((word) => word.includes(secret)), secret);
    const [env = {}] = made.envs;
    assert(Object.values(env).some((text) => text.includes(secret)), secret);
  }
});

Deno.test("runArgs() gives network, lock, label, memory and packages", () => {
  const { options: made } = options(() => undefined);
  const args = runArgs(job, made).join(" ");
  for (
    const part of [
      "run --rm --name crypto-spark-run --network part-a_dasnet",
      "--label crypto-stream.project=crypto-stream",
      "--memory 2524m",
      "dst=/crypto-stream,readonly",
      "type=volume,src=crypto-stream_spark-packages,dst=/opt/spark/work-dir",
      "sh /opt/spark/work-dir/ivy  a:b:1,c:d:2  --properties-file " +
      "/tmp/lake.properties /crypto-stream/spark/main.py run",
    ]
  ) assert(args.includes(part), part);
  const inImage = runArgs(job, { ...made, ivy: "/opt/ivy" });
  assert(inImage.join(" ").includes("sh /opt/ivy  a:b:1,c:d:2  --properties"));
  assert(inImage.join().includes("volume"), "for the archive of classes");
  const hidden = { ...made, ivy: "/opt/spark/work-dir/own" };
  assert(!runArgs(job, hidden).join().includes("volume"));
  assertEquals(containerMegabytes("2g"), 3072);
});

Deno.test("runArgs() has an archive of classes made by `maintain` alone", () => {
  const { options: made } = options(() => undefined);
  const makes = (subcommand: string, options = {}) =>
    runArgs({ ...job, subcommand, options }, made).includes("makes");
  assertEquals(makes("maintain", { dryRun: false, clearLocks: false }), true);
  assertEquals(makes("maintain", { dryRun: true }), false);
  assertEquals(makes("maintain", { clearLocks: true }), false);
  assertEquals([makes("run"), makes("sql")], [false, false]);
});

Deno.test("createOneShot() takes a job that is done as done, whatever its archive became", async () => {
  const code = async (subcommand: string, stdout: string) => {
    const made = options((args) =>
      args[0] === "run"
        ? { code: 1, stdout }
        : isInspect(args)
        ? { code: 1 }
        : undefined
    );
    return await createOneShot(made.options).run(
      { ...job, subcommand, options: {} },
      () => {},
    );
  };
  const done = '@lake {"event":"done"}\n';
  assertEquals(await code("maintain", done), 0);
  assertEquals(await code("maintain", ""), 1);
  assertEquals(await code("run", done), 1);
});

Deno.test("`propertiesFor()` compiles once what ends soon, and keeps Java's own options", () => {
  const name = "spark.driver.extraJavaOptions";
  const of = (subcommand: string, once?: boolean) =>
    propertiesFor({ ...job, subcommand, options: { once } }, {
      [name]: "-Dx=1",
    })[name];
  assertEquals(of("sql"), "-XX:TieredStopAtLevel=1 -Dx=1");
  assertEquals(of("run", true), "-XX:TieredStopAtLevel=1 -Dx=1");
  assertEquals(of("run", false), "-Dx=1");
});

Deno.test("createOneShot() makes a volume that destroy finds by its label", async () => {
  const made = options((args) => isInspect(args) ? { code: 1 } : undefined);
  await createOneShot(made.options).run(job, () => {});
  assertEquals(
    made.docker.calls.find(([word]) => word === "volume")?.slice(2),
    [
      "--label",
      "com.docker.compose.project=crypto-stream",
      "--label",
      "com.docker.compose.volume=spark-packages",
      "crypto-stream_spark-packages",
    ],
  );
});

Deno.test("createOneShot() refuses a second start that Docker refuses", async () => {
  const conflict =
    "docker: Error response from daemon: Conflict. The container " +
    'name "/crypto-spark-run" is already in use by container "2e". You have ' +
    "to remove (or rename) that container to be able to reuse that name.";
  const made = options((args) =>
    args[0] === "run"
      ? { code: 125, stderr: conflict }
      : isInspect(args)
      ? { code: 1 }
      : undefined
  );
  const error = await assertRejects(
    () => createOneShot(made.options).run(job, () => {}),
    CommandError,
    "crypto-spark-run runs already",
  );
  assert(error.next.includes("lake stop --engine=spark"), error.next);
});

Deno.test("createOneShot() names what Docker cannot do", async () => {
  const missing =
    "docker: Error response from daemon: pull access denied for " +
    "x/y, repository does not exist or may require 'docker login'.";
  const made = options((args) =>
    args[0] === "run"
      ? { code: 125, stderr: missing }
      : isInspect(args)
      ? { code: 1 }
      : undefined
  );
  await assertRejects(
    () => createOneShot(made.options).run(job, () => {}),
    CommandError,
    "Docker cannot start crypto-spark-run: the image does not exist",
  );
});

Deno.test("oneShotJobs() holds while the container is there, however it was started", async () => {
  const holder = (status: string) =>
    oneShotJobs(fakeDocker(() => container(status))).holder("crypto-spark-run");
  for (const status of ["created", "running", "paused", "restarting"]) {
    assertEquals(await holder(status), "the container crypto-spark-run");
  }
  for (const status of ["exited", "dead"]) {
    assertEquals(await holder(status), undefined);
  }
});

/** A container that is there for some looks, then gone. */
function leaving(looks: number, processes: string) {
  let seen = 0;
  return fakeDocker((args) => {
    if (args[0] === "exec") return { stdout: processes };
    if (!isInspect(args)) return undefined;
    return ++seen < looks ? container("running") : { code: 1 };
  });
}

Deno.test("oneShotJobs() asks Python first, which ends its batch", async () => {
  const docker = leaving(3, "other 1\npython 42\n");
  const jobs = oneShotJobs(docker);
  const ended = await jobs.stop("crypto-spark-run");
  assertEquals(ended, "the container crypto-spark-run");
  assert(docker.calls.some((args) => args.at(-1) === "42"));
  assert(!docker.calls.some(([word]) => word === "stop"));
  assertEquals(await jobs.stop("crypto-spark-run"), undefined);
});

Deno.test("oneShotJobs() stops a container by name where Python is not there yet", async () => {
  const docker = leaving(4, "other 1\n");
  const jobs = oneShotJobs(docker);
  const ended = await jobs.stop("crypto-spark-run");
  assertEquals(ended, "the container crypto-spark-run");
  const stop = ["stop", "--time", "45", "crypto-spark-run"];
  assertEquals(docker.calls.find(([word]) => word === "stop"), stop);
});
