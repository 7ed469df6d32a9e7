import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { createNativeStack } from "../../tasks/stack/native/native_stack.ts";
import { ensureJars, type JarSet } from "../../tasks/stack/native/jars.ts";
import { follow } from "../../tasks/stack/native/log_tail.ts";
import { defaultCacheDir } from "../../tasks/host/platform.ts";
import { type Run, run } from "../../tasks/host/run_process.ts";
import { testDir } from "../harness/broker.ts";
import { freePort } from "../harness/ports.ts";
import { until } from "../harness/until.ts";

function quiet() {}
const platform = Deno.build.os;
function env(name: string) {
  return Deno.env.get(name);
}

const real: JarSet = await ensureJars(defaultCacheDir(platform, env), {
  run,
  env,
  platform,
  progress: quiet,
});

/** A Maven that links the existing jars instead of downloading them. */
function linkingMaven(calls: string[]): Run {
  return async (program, _args, options) => {
    calls.push(program);
    for (const path of real.paths) {
      await Deno.link(path, `${options?.cwd}/${path.split("/").at(-1)}`);
    }
    return { code: 0, stdout: "", stderr: "" };
  };
}

async function script(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** A stack on a machine whose PATH has only the given programs. */
async function machine(
  dir: string,
  programs: Readonly<Record<string, string>>,
  options: { cacheDir?: string; startMs?: number; stopMs?: number } = {},
) {
  const path = `${dir}/bin`;
  await Deno.mkdir(path);
  for (const [name, text] of Object.entries(programs)) {
    await script(`${path}/${name}`, text);
  }
  return createNativeStack({
    stateDir: `${dir}/native`,
    cacheDir: options.cacheDir ?? `${dir}/cache`,
    port: freePort(),
    env: (name) => name === "PATH" ? path : undefined,
    startDeadlineMs: options.startMs ?? 60_000,
    stopDeadlineMs: options.stopMs ?? 30_000,
  });
}

function version(text: string) {
  return `echo 'openjdk version "${text}"' >&2`;
}

Deno.test("`up()` reports that Java is missing", async () => {
  await using dir = await testDir();
  const stack = await machine(dir.path, {});
  const error = await assertRejects(
    () => stack.up(quiet),
    CommandError,
    "Kafka needs Java 17 or newer: found no working Java in PATH",
  );
  assert(error.next.startsWith("install it"));
});

Deno.test("`up()` reports that Java is too old", async () => {
  await using dir = await testDir();
  const stack = await machine(dir.path, { java: version("11.0.21") });
  await assertRejects(
    () => stack.up(quiet),
    CommandError,
    "Kafka needs Java 17 or newer: found Java 11.0.21 in PATH",
  );
});

Deno.test("`up()` reports that Maven is missing, only if it is needed", async () => {
  await using dir = await testDir();
  const stack = await machine(dir.path, { java: version("17.0.15") });
  await assertRejects(() => stack.up(quiet), CommandError, "Maven not found");
  // With the jars present, it gets as far as starting this Java.
  await using other = await testDir();
  const cacheDir = defaultCacheDir(platform, env);
  const cached = await machine(other.path, {
    java: `case "$*" in *StorageTool*) echo no >&2; exit 3;; esac; ${
      version("17.0.15")
    }`,
  }, { cacheDir });
  await assertRejects(() => cached.up(quiet), CommandError, "cannot format");
});

Deno.test("`up()` shows Maven's decisive line", async () => {
  await using dir = await testDir();
  const stack = await machine(dir.path, {
    java: version("17.0.15"),
    mvn: "echo '[ERROR] Could not transfer artifact a: Unknown host'; exit 1",
  });
  await assertRejects(
    () => stack.up(quiet),
    CommandError,
    "Maven cannot download Kafka's jars: Could not transfer artifact a: Unknown",
  );
  // Nothing incomplete is left.
  const left = await Array.fromAsync(Deno.readDir(`${dir.path}/cache`));
  assertEquals(left.filter(({ isDirectory }) => isDirectory), []);
});

Deno.test("`up()` reports that the cache cannot be written", async () => {
  await using dir = await testDir();
  const cacheDir = `${dir.path}/file/cache`;
  await Deno.writeTextFile(`${dir.path}/file`, "");
  const java = version("17.0.15");
  const stack = await machine(dir.path, { java, mvn: "" }, { cacheDir });
  const error = await assertRejects(
    () => stack.up(quiet),
    CommandError,
    `cannot keep Kafka's jars in ${cacheDir}: `,
  );
  assert(error.next.includes("make the folder writable"));
});

// A Java that formats at once, never serves, and ignores SIGTERM.
const deaf = `case "$*" in
  *-version*) ${version("17.0.15")};;
  *StorageTool*) exit 0;;
  *) trap "" TERM; echo "I am deaf" >&2; exec /bin/sleep 600;;
esac`;

Deno.test("a broker that neither serves nor stops runs into its deadlines", async () => {
  await using dir = await testDir();
  const cacheDir = defaultCacheDir(platform, env);
  const limits = { cacheDir, startMs: 3_000, stopMs: 1_000 };
  const stack = await machine(dir.path, { java: deaf }, limits);
  const lines: string[] = [];
  await assertRejects(
    () => stack.up((line) => lines.push(line)),
    CommandError,
    "does not serve on port",
  );
  assert(lines.includes("  | I am deaf"));
  assertEquals((await stack.status())[0]?.state, "starting");
  const error = await assertRejects(
    () => stack.stop(quiet),
    CommandError,
    "did not exit within 1 s of SIGTERM",
  );
  assert(error.next.includes("kill -KILL"));
  assertEquals(await stack.destroy(quiet), true);
});

const ports = { env, platform, progress: quiet };

Deno.test("`ensureJars()` fetches once, though asked twice at once", async () => {
  await using dir = await testDir();
  const calls: string[] = [];
  const own = { ...ports, run: linkingMaven(calls) };
  const sets = await Promise.all([1, 2].map(() => ensureJars(dir.path, own)));
  assertEquals(calls, ["mvn"]);
  assertEquals(sets[0], sets[1]);
  assertEquals(sets[0]?.paths.length, real.paths.length);
});

Deno.test("`ensureJars()` never uses a half-written download", async () => {
  await using dir = await testDir();
  const calls: string[] = [];
  const own = { ...ports, run: linkingMaven(calls) };
  const { dir: folder } = await ensureJars(dir.path, own);
  // The leftovers of a killed run: some jars, no manifest.
  await Deno.rename(folder, `${folder}.draft`);
  await Deno.remove(`${folder}.draft/manifest.json`);
  const again = await ensureJars(dir.path, own);
  assertEquals(calls.length, 2);
  assertEquals(again.paths.length, real.paths.length);
  const folders = (await Array.fromAsync(Deno.readDir(dir.path)))
    .filter(({ isDirectory }) => isDirectory);
  assertEquals(folders.map(({ name }) => `${dir.path}/${name}`), [folder]);
});

const damages: readonly (readonly [string, (jar: string) => Promise<void>])[] =
  [
    ["truncated", async (jar) => {
      // The jars are links here: the originals must stay intact.
      await Deno.remove(jar);
      await Deno.writeTextFile(jar, "PK");
    }],
    ["missing", (jar) => Deno.remove(jar)],
  ];

for (const [row, damage] of damages) {
  Deno.test(`\`ensureJars()\` fetches a ${row} jar again`, async () => {
    await using dir = await testDir();
    const calls: string[] = [];
    const lines: string[] = [];
    const own = {
      ...ports,
      run: linkingMaven(calls),
      progress: (line: string) => lines.push(line),
    };
    const { paths } = await ensureJars(dir.path, own);
    await ensureJars(dir.path, own);
    assertEquals(calls.length, 1);
    await damage(paths[7] ?? "");
    await ensureJars(dir.path, own);
    assertEquals(calls.length, 2);
    assert(
      lines[1]?.startsWith("Downloading Kafka's jars again, they are damaged"),
    );
    const { size } = await Deno.stat(paths[7] ?? "");
    assert(size > 2);
  });
}

Deno.test("`ensureJars()` ends Maven when it is aborted", async () => {
  await using dir = await testDir();
  await Deno.mkdir(`${dir.path}/bin`);
  await script(`${dir.path}/bin/mvn`, ": > begun\nexec /bin/sleep 60");
  const cache = `${dir.path}/cache`;
  for (const early of [true, false]) {
    const controller = new AbortController();
    const stop = () => controller.abort(new Error("enough"));
    const jars = ensureJars(cache, {
      ...ports,
      run,
      env: (name) => name === "PATH" ? `${dir.path}/bin` : undefined,
      progress: early ? stop : quiet,
      signal: controller.signal,
    });
    const begun = `${real.dir.split("/").at(-1)}.draft/begun`;
    if (!early) {
      await until("Maven is under way", async () => {
        const info = await Deno.stat(`${cache}/${begun}`).catch(() => null);
        return info !== null;
      });
      stop();
    }
    await assertRejects(() => jars, Error, "enough");
  }
});

Deno.test("`follow()` continues after the log is rotated", async () => {
  await using dir = await testDir();
  const path = `${dir.path}/kafka.log`;
  await Deno.writeTextFile(path, "old\n");
  const seen: string[] = [];
  const controller = new AbortController();
  const done = follow(path, {
    position: 4,
    onLine: (line) => seen.push(line),
    signal: controller.signal,
  });
  await Deno.writeTextFile(path, "one\ntw", { append: true });
  await until("the first line is seen", () => seen.length === 1);
  await Deno.writeTextFile(path, "o\n", { append: true });
  await until("the second line is seen", () => seen.length === 2);
  await Deno.rename(path, `${path}.1`);
  await Deno.writeTextFile(path, "new\n");
  await until("the rolled file is seen", () => seen.length === 3);
  controller.abort();
  await done;
  assertEquals(seen, ["one", "two", "new"]);
});
