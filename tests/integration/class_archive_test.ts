import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../tasks/host/run_process.ts";
import {
  chooseArchive,
  submitAndKeep,
} from "../../tasks/lake/spark/class_archive.ts";

/** A Java that makes an archive, if it knows the option. */
const java = `#!/bin/sh
[ -z "\${NO_ARCHIVES:-}" ] || exit 1
for word; do
  case "$word" in -XX:ArchiveClassesAtExit=*) echo probe >"\${word#*=}" ;; esac
done`;

const submit = `#!/bin/sh
trap 'echo ended; exit 143' TERM
echo "options $SPARK_SUBMIT_OPTS"
echo "arguments $*"
\${WORK:-true}
for word in $SPARK_SUBMIT_OPTS; do
  case "$word" in
    -XX:ArchiveClassesAtExit=*) echo classes >"\${word#*=}" ;;
  esac
done
exit "\${CODE:-0}"`;

interface Place extends Disposable {
  /** Runs a job; gives what it printed, and its exit code. */
  job(
    makes: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<{ code: number; stdout: string; stderr: string }>;
  /** The files of the volume. */
  files(): string[];
  readonly dir: string;
}

function makePlace(): Place {
  const dir = Deno.makeTempDirSync();
  for (const folder of ["jars", "bin", "conf", "keep"]) {
    Deno.mkdirSync(`${dir}/${folder}`);
  }
  Deno.writeTextFileSync(`${dir}/jars/a.jar`, "");
  Deno.writeTextFileSync(`${dir}/lake.properties`, "spark.driver.memory=1g\n");
  Deno.writeTextFileSync(`${dir}/bin/java`, java, { mode: 0o755 });
  Deno.writeTextFileSync(`${dir}/bin/spark-submit`, submit, { mode: 0o755 });
  const script = `home=$1 ivy=$1 keep=$1/keep properties=$1/lake.properties
jars=a.jar path=$1/jars/a.jar makes=$2
shift 2
${chooseArchive}
${submitAndKeep}`;
  return {
    dir,
    job: (makes, env = {}) =>
      run("sh", ["-c", script, "sh", dir, makes, "main.py", "two words"], {
        env: { JAVA_HOME: dir, HOSTNAME: "box", ...env },
      }),
    files: () =>
      Array.from(Deno.readDirSync(`${dir}/keep`), ({ name }) => name)
        .toSorted(),
    [Symbol.dispose]: () => Deno.removeSync(dir, { recursive: true }),
  };
}

const ignore = Deno.build.os === "windows";

/** The option of the archive in a job's output. */
function optionOf({ stdout }: { stdout: string }): string | undefined {
  return /-XX:(\w+)=\S+$/m.exec(stdout)?.[1];
}

Deno.test({
  name: "an archive is made once, by a job that ends well, and used from then",
  ignore,
  async fn() {
    using place = makePlace();
    const without = await place.job("", { option: "of the image" });
    assertEquals(without.stdout.split("\n")[0], "options ");
    assertEquals(optionOf(await place.job("makes", { CODE: "3" })), made);
    assertEquals(place.files(), [], "a job that failed has few classes");
    const first = await place.job("makes");
    assertEquals([first.code, first.stderr], [0, ""]);
    assertEquals(optionOf(first), made);
    assertStringIncludes(first.stdout, "arguments main.py two words\n");
    assertStringIncludes(first.stdout, '@lake {"event":"classes"}\n');
    const [name = "", ...others] = place.files();
    assertEquals(others, []);
    for (const makes of ["makes", ""]) {
      const next = await place.job(makes, { CODE: "3" });
      assertEquals([next.code, next.stderr], [3, ""]);
      assert(next.stdout.includes(`-XX:SharedArchiveFile=${place.dir}/keep/`));
      assertEquals(place.files(), [name]);
    }
  },
});

const made = "ArchiveClassesAtExit";
const used = "SharedArchiveFile";

Deno.test({
  name: "an archive that was damaged is not used, and made again",
  ignore,
  async fn() {
    using place = makePlace();
    await place.job("makes");
    const [name = ""] = place.files();
    const path = `${place.dir}/keep/${name}`;
    for (const content of ["clas", "", "Classes\n"]) {
      Deno.removeSync(path);
      Deno.writeTextFileSync(path, content);
      assertEquals(optionOf(await place.job("")), undefined, content);
      const { code, stdout, stderr } = await place.job("makes");
      assertEquals([code, stderr], [0, ""]);
      assertEquals(optionOf({ stdout }), made);
      assertEquals(Deno.readTextFileSync(path), "classes\n");
      assertEquals(place.files(), [name]);
      assertEquals(optionOf(await place.job("")), used);
    }
  },
});

Deno.test({
  name: "other jars, another Java and other options have another archive",
  ignore,
  async fn() {
    using place = makePlace();
    const properties = `${place.dir}/lake.properties`;
    const changes = [
      () => Deno.writeTextFileSync(`${place.dir}/jars/a.jar`, "2"),
      () => Deno.writeTextFileSync(`${place.dir}/bin/java`, `${java}\n#`),
      () => Deno.writeTextFileSync(properties, "spark.driver.memory=2g\n"),
      () => {},
    ];
    for (const change of changes) {
      assertEquals(optionOf(await place.job("")), undefined);
      await place.job("makes");
      assertEquals(optionOf(await place.job("")), used);
      change();
    }
    assertEquals(place.files().length, 3, "the oldest is removed");
    // Neither Java's second compiler nor a log makes a difference to classes.
    const option = "spark.driver.extraJavaOptions=";
    const memory = "spark.driver.memory=2g\n";
    Deno.writeTextFileSync(properties, memory);
    await place.job("makes");
    for (
      const line of [
        `${option}\n`,
        `${option}-XX:TieredStopAtLevel=1\n`,
        `${option}-XX:TieredStopAtLevel=1 -Xlog:gc*:file=/tmp/gc.log\n`,
      ]
    ) {
      Deno.writeTextFileSync(properties, `${memory}${line}`);
      assertEquals(optionOf(await place.job("")), used, line);
    }
    Deno.writeTextFileSync(properties, `${memory}${option}-Xint -Xlog:gc\n`);
    assertEquals(optionOf(await place.job("")), undefined);
  },
});

Deno.test({
  name: "no archive is tried where it would fail",
  ignore,
  async fn() {
    using place = makePlace();
    const none = await place.job("makes", { NO_ARCHIVES: "1" });
    assertEquals([none.code, optionOf(none)], [0, undefined]);
    const other = await place.job("makes", { HADOOP_CONF_DIR: place.dir });
    assertEquals([other.code, optionOf(other)], [0, undefined]);
    Deno.writeTextFileSync(`${place.dir}/conf/log4j2.properties`, "");
    const own = await place.job("makes");
    assertEquals([own.code, optionOf(own)], [0, undefined]);
    Deno.removeSync(`${place.dir}/conf`, { recursive: true });
    assertEquals(optionOf(await place.job("makes")), made);
    // What a killed job has left, or a damaged one, goes with the next one.
    const [archive = ""] = place.files();
    Deno.renameSync(
      `${place.dir}/keep/${archive}`,
      `${place.dir}/keep/${archive.replace(/\..*/, ".1-2.jsa")}`,
    );
    Deno.writeTextFileSync(`${place.dir}/keep/classes-1-2.old.new`, "cla");
    await place.job("makes");
    assertEquals(place.files().length, 1);
    Deno.removeSync(`${place.dir}/keep`, { recursive: true });
    const missing = await place.job("makes");
    assertEquals([missing.code, optionOf(missing)], [0, undefined]);
  },
});

Deno.test({
  name: "a job that makes an archive is ended by SIGTERM, and keeps none",
  ignore,
  async fn() {
    using place = makePlace();
    // The shell that waits is the parent of what sends the signal.
    const work = `${place.dir}/bin/work`;
    const lines = `#!/bin/sh\nkill $(ps -o ppid= -p $PPID)\nsleep 0.5\n`;
    Deno.writeTextFileSync(work, lines, { mode: 0o755 });
    const { code, stdout } = await place.job("makes", { WORK: work });
    assertEquals(code, 143);
    assertStringIncludes(stdout, "ended\n");
    assertEquals(place.files(), []);
  },
});
