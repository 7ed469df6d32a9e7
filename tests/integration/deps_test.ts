import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { registryFolder } from "../../tasks/deps/vendor.ts";
import { hostile } from "../fakes/hostile_variables.ts";
import { depsArgs, makeCopy, noJsr, serveJsr } from "./deps_project.ts";

Deno.test("`deno task deps` in a fresh clone without JSR", async (t) => {
  await using copy = await makeCopy();
  const lock = copy.read("deno.lock");
  const log = `vendor/${registryFolder(noJsr)}/@std/log`;

  await t.step("writes all stand-ins and says so in one line", async () => {
    const { code, stdout, stderr } = await copy.deps();
    assertEquals([code, stdout], [0, ""]);
    assertMatch(stderr, /^deps: installing .*\ndeps: warning: JSR is unreach/);
    assertEquals(stderr.trim().split("\n").length, 2);
    assertEquals(copy.holds(), "stand-ins");
    assertEquals(copy.read("deno.lock"), lock);
  });

  await t.step("does and prints nothing the second time", async () => {
    const stateOf = () =>
      copy.entries().map(([path, { size, ino }]) => [path, size, ino]);
    const before = stateOf();
    const { code, stdout, stderr } = await copy.deps();
    assertEquals([code, stdout, stderr], [0, "", ""]);
    assertEquals(stateOf(), before);
  });

  await t.step("makes @std importable", async () => {
    const { code, stderr } = await copy.deno(["check", "-q", "use.ts"]);
    assertEquals([code, stderr], [0, ""]);
  });

  await t.step("--refresh fails and keeps the stand-ins", async () => {
    const { code, stderr } = await copy.deps(["--refresh"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "JSR is unreachable");
    assertEquals(copy.holds(), "stand-ins");
    assertEquals((await copy.deps()).stderr, "");
  });

  await t.step("restores what was deleted", async () => {
    copy.remove("node_modules/kafkajs");
    copy.remove(log);
    assertEquals((await copy.deps()).code, 0);
    assert(copy.has("node_modules/kafkajs/package.json"));
    assertEquals(copy.holds(), "stand-ins");
    assert(copy.has(`${log}/meta.json`));
    assertEquals(copy.read("deno.lock"), lock);
  });

  await t.step("refuses unknown flags with exit code 2", async () => {
    const { code, stdout, stderr } = await copy.deps(["--refesh"]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "unknown argument --refesh");
  });
});

Deno.test("several `deno task deps` at once leave a complete vendor", async () => {
  await using copy = await makeCopy();
  const all = await Promise.all([1, 2, 3].map(() => copy.deps()));
  assertEquals(all.map(({ code }) => code), [0, 0, 0]);
  assertEquals(copy.holds(), "stand-ins");
  const check = await copy.deno(["check", "-q", "use.ts"]);
  assertEquals(check.code, 0, check.stderr);
});

Deno.test("`deno task deps` recovers from a killed run", async () => {
  for (const afterMs of [20, 50, 80, 110, 140]) {
    await using copy = await makeCopy();
    await copy.kill(afterMs);
    const { code, stderr } = await copy.deps();
    assertEquals(code, 0, stderr);
    assertEquals(copy.holds(), "stand-ins");
    assert(copy.has("node_modules/kafkajs/package.json"));
  }
});

Deno.test({
  name: "`deno task deps` under umask 077 makes folders that others can read",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using copy = await makeCopy();
    const before = Deno.umask(0o077);
    try {
      assertEquals((await copy.deps()).code, 0);
    } finally {
      Deno.umask(before);
    }
    for (const [path, { isDirectory, mode }] of copy.entries()) {
      const wanted = isDirectory ? 0o555 : 0o444;
      assertEquals((mode ?? 0) & wanted, wanted, path);
    }
  },
});

Deno.test("`deps` without npm fails with a next step", async () => {
  await using copy = await makeCopy();
  const env = { NPM_CONFIG_REGISTRY: noJsr, DENO_DIR: `${copy.path}/.cache` };
  const { code, stdout, stderr } = await copy.deno([...depsArgs], env);
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "the npm packages cannot be installed: ");
  assertStringIncludes(stderr, "\nNext: check the connection to the npm");
  assert(!/\n\s+at /.test(stderr), stderr);
  // `deno task` itself needs the packages, and names the one that it lacks.
  const task = await copy.deps([], env);
  assertEquals([task.code, task.stdout], [1, ""]);
  assertMatch(task.stderr, /Failed caching npm package|Next: check the conn/);
});

Deno.test("`deno task deps` installs whatever a shell has for other programs", async (t) => {
  await using copy = await makeCopy();
  for (const [name, value] of Object.entries(hostile)) {
    await t.step(name, async () => {
      if (copy.has("node_modules")) copy.remove("node_modules");
      const { code, stderr } = await copy.deps([], { [name]: value });
      assertEquals(code, 0, stderr);
      assertEquals(copy.holds(), "stand-ins");
      assert(copy.has("node_modules/kafkajs/package.json"));
    });
  }
});

Deno.test("packages of JSR that the lock does not pin are refused", async () => {
  await using copy = await makeCopy();
  await using jsr = await serveJsr(copy);
  copy.jsr = jsr.url;
  for (const [args, code] of [[[], 0], [["--refresh"], 1]] as const) {
    const ended = await copy.deps([...args]);
    assertEquals(ended.code, code);
    assertStringIncludes(ended.stderr, "Integrity check failed");
    assertEquals(copy.holds(), "stand-ins");
  }
});

Deno.test("once JSR is reachable, its packages replace the stand-ins", async () => {
  await using copy = await makeCopy();
  await using jsr = await serveJsr(copy);
  copy.jsr = jsr.url;
  // The lock of a project whose JSR this registry is.
  await Deno.writeTextFile(`${copy.path}/deno.lock`, jsr.lock);
  jsr.isDown = true;
  assertEquals((await copy.deps()).code, 0);
  assertEquals(copy.holds(), "stand-ins");
  jsr.isDown = false;
  const refresh = await copy.deps(["--refresh"]);
  assertEquals(refresh.code, 0, refresh.stderr);
  assertStringIncludes(refresh.stderr, "replaced the stand-ins");
  assertEquals(copy.holds(), "packages of JSR");
  assertEquals(copy.read("deno.lock"), jsr.lock);
  assertStringIncludes(
    (await copy.deps(["--refresh"])).stderr,
    "nothing to refresh",
  );

  // As after a plain `deno install`.
  copy.remove("node_modules/.deps");
  jsr.isDown = true;
  assertEquals((await copy.deps()).code, 0);
  assertEquals(copy.holds(), "packages of JSR");

  // A file is missing and JSR is unreachable.
  copy.remove("node_modules/.deps");
  copy.remove(`vendor/${registryFolder(jsr.url)}/@std/assert/1.0.19/assert.ts`);
  assertEquals((await copy.deps()).code, 0);
  assertEquals(copy.holds(), "stand-ins");
});
