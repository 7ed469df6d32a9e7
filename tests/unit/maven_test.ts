import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  copyJars,
  decisiveLine,
  downloadProgress,
  parseDownload,
} from "../../tasks/stack/native/maven.ts";
import { hostile } from "../fakes/hostile_variables.ts";
import { isMissing, prints } from "../fakes/programs.ts";

function download(size: string) {
  return "[INFO] Downloaded from central: https://repo.example/org/a/a.jar " +
    `(${size} at 3.9 MB/s)`;
}

Deno.test("`parseDownload()` reads sizes with their units", () => {
  assertEquals(parseDownload(download("532 B")), 532);
  assertEquals(parseDownload(download("18 kB")), 18_000);
  assertEquals(parseDownload(download("5.9 MB")), 5_900_000);
  assertEquals(parseDownload("[INFO] Scanning for projects..."), undefined);
});

Deno.test("`downloadProgress()` reports once a second", () => {
  const lines: string[] = [];
  let now = 0;
  const onLine = downloadProgress((line) => lines.push(line), () => now);
  for (let file = 0; file < 25; file++) {
    now += 100;
    onLine(download("1.5 MB"));
  }
  assertEquals(lines, [
    "Downloading: 10 files, 15.0 MB",
    "Downloading: 20 files, 30.0 MB",
  ]);
});

Deno.test("`decisiveLine()` finds the cause at the end of the chain", () => {
  const output = "[INFO] Scanning for projects...\n" +
    "\u001b[1;31m[ERROR]\u001b[m Plugin a:b:3.8.1 or one of its dependencies " +
    "could not be resolved: Failed to read artifact descriptor for a:b: " +
    "Could not transfer artifact a:b:pom:3.8.1 from/to central " +
    "(https://repo.example/maven2): Unknown host repo.example -> [Help 1]\n" +
    "[ERROR] \n[ERROR] To see the full stack trace, re-run with -e.\n";
  assertEquals(
    decisiveLine(output),
    "Could not transfer artifact a:b:pom:3.8.1 from/to central " +
      "(https://repo.example/maven2): Unknown host repo.example",
  );
  assertEquals(decisiveLine(""), "no error was printed");
});

const ports = { env: () => undefined, progress: () => {} };

Deno.test("`copyJars()` reports how to install Maven", async () => {
  const error = await assertRejects(
    () => copyJars("/cache", { ...ports, run: isMissing, platform: "windows" }),
    CommandError,
    "Maven not found: it downloads Kafka's jars once; expected mvn.cmd in PATH",
  );
  assertEquals(error.next.includes("scoop install maven"), true);
});

Deno.test("`copyJars()` shows why Maven failed", async () => {
  const stdout = "[ERROR] No space left on device -> [Help 1]\n";
  const run = prints(1, stdout);
  await assertRejects(
    () => copyJars("/cache", { ...ports, run, platform: "linux" }),
    CommandError,
    "Maven cannot download Kafka's jars: No space left on device",
  );
});

Deno.test("`copyJars()` names the variables that Maven took", async () => {
  const env = (name: string) =>
    name === "JAVA_HOME" ? undefined : hostile[name];
  const run = prints(1, "[ERROR] Unknown host repo.example\n");
  const error = await assertRejects(
    () => copyJars("/cache", { ...ports, env, run, platform: "linux" }),
    CommandError,
  );
  assertEquals(
    error.next,
    "check the network and the proxy in Maven's settings.xml, MAVEN_OPTS, " +
      "MAVEN_ARGS, then try again",
  );
});

Deno.test("`copyJars()` gives Maven its own folder, options and goal", async () => {
  const env = (name: string) =>
    name === "JAVA_HOME" ? undefined : hostile[name];
  const calls: unknown[] = [];
  await copyJars("/cache", {
    ...ports,
    env,
    platform: "linux",
    run: (program, [first, ...args], options) => {
      calls.push(program, first, args.includes("clean"), options?.env);
      return Promise.resolve({ code: 0, stdout: "", stderr: "" });
    },
  });
  assertEquals(calls, ["mvn", "-Dmaven.wagon.http.pool=true", false, {
    PATH: "",
    MAVEN_OPTS: "-Dhttp.keepAlive=true",
    MAVEN_BASEDIR: "/cache",
  }]);
});
