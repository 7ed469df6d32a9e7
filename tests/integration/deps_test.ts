import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parseMarker } from "../../tasks/deps/plan.ts";
import { type Copy, copyProject, serveOffline } from "./deps_project.ts";

// No network: port 9 refuses, so that nobody waits for a firewall.
const noJsr = "http://127.0.0.1:9/";

const holds = (copy: Copy) =>
  parseMarker(copy.read("vendor/.deps.json"))?.from ?? "nothing";

Deno.test("`deno task deps` in a fresh clone without JSR", async (t) => {
  await using copy = await copyProject();
  const lock = copy.read("deno.lock");

  await t.step("places all stand-ins and says so in one line", async () => {
    const { code, stdout, stderr } = await copy.deps([], { JSR_URL: noJsr });
    assertEquals([code, stdout], [0, ""]);
    assertMatch(stderr, /^deps: installing.*\ndeps: warning: JSR is out of /);
    assertEquals(stderr.trim().split("\n").length, 2);
    assertEquals(holds(copy), "stand-ins");
    assertEquals(copy.read("deno.lock"), lock);
  });

  await t.step("does and says nothing the second time", async () => {
    const before = copy.state();
    const { code, stdout, stderr } = await copy.deps([], { JSR_URL: noJsr });
    assertEquals([code, stdout, stderr], [0, "", ""]);
    assertEquals(copy.state(), before);
  });

  await t.step("lets bare `deno test` find @std", async () => {
    const { code, stderr } = await copy.deno(["test", "-q"], {
      JSR_URL: noJsr,
    });
    assertEquals([code, stderr], [0, ""]);
  });

  await t.step("--refresh fails, and the stand-ins stay", async () => {
    const before = copy.state();
    const { code, stderr } = await copy.deps(["--refresh"], { JSR_URL: noJsr });
    assertEquals(code, 1);
    assertStringIncludes(stderr, "JSR is out of reach");
    assertEquals(copy.state(), before);
  });

  await t.step("puts back what was deleted", async () => {
    copy.remove("node_modules/kafkajs");
    assertEquals((await copy.deps([], { JSR_URL: noJsr })).code, 0);
    assert(copy.has("node_modules/kafkajs/package.json"));
  });

  await t.step("makes a half-written vendor whole", async () => {
    copy.remove("vendor/.deps.json");
    copy.remove(`vendor/${copy.folder(noJsr)}/@std/log`);
    assertEquals((await copy.deps([], { JSR_URL: noJsr })).code, 0);
    assertEquals(holds(copy), "stand-ins");
    assert(copy.has(`vendor/${copy.folder(noJsr)}/@std/log/meta.json`));
  });

  await t.step("refuses unknown flags with exit code 2", async () => {
    const { code, stdout, stderr } = await copy.deps(["--refesh"]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "unknown argument --refesh");
  });
});

Deno.test("two `deno task deps` at once leave one whole vendor", async () => {
  await using copy = await copyProject();
  const both = [1, 2, 3].map(() => copy.deps([], { JSR_URL: noJsr }));
  const codes = (await Promise.all(both)).map(({ code }) => code);
  assertEquals(codes, [0, 0, 0]);
  assertEquals(holds(copy), "stand-ins");
  assertEquals(copy.leftovers(), []);
  const run = await copy.deno(["check", "-q", "unit_test.ts"], {
    JSR_URL: noJsr,
  });
  assertEquals(run.code, 0, run.stderr);
});

Deno.test("`deno task deps` killed half-way cures itself", async () => {
  for (const afterMs of [20, 40, 60, 80]) {
    await using copy = await copyProject();
    await copy.kill(afterMs, { JSR_URL: noJsr });
    const { code, stderr } = await copy.deps([], { JSR_URL: noJsr });
    assertEquals(code, 0, stderr);
    assertEquals([holds(copy), copy.leftovers()], ["stand-ins", []]);
  }
});

Deno.test({
  name: "`deno task deps` under umask 077 makes folders that others can read",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using copy = await copyProject();
    const before = Deno.umask(0o077);
    try {
      assertEquals((await copy.deps([], { JSR_URL: noJsr })).code, 0);
    } finally {
      Deno.umask(before);
    }
    for (const [path, mode] of copy.modes(["vendor", "node_modules"])) {
      const wanted = mode.isDirectory ? 0o555 : 0o444;
      assertEquals(mode.bits & wanted, wanted, path);
    }
  },
});

Deno.test("`deno task deps` without npm fails with a next step", async () => {
  await using copy = await copyProject();
  const { code, stdout, stderr } = await copy.deps([], {
    JSR_URL: noJsr,
    NPM_CONFIG_REGISTRY: noJsr,
    DENO_DIR: `${copy.path}/.cache`,
  });
  assertEquals([code, stdout], [1, ""]);
  assertStringIncludes(stderr, "npm's packages cannot be installed: ");
  assertStringIncludes(stderr, "\nNext: check the way to the npm registry");
  assert(!/\n\s+at /.test(stderr), stderr);
});

Deno.test("a JSR whose packages are not the lock's is refused", async () => {
  await using copy = await copyProject();
  await using jsr = await serveOffline(copy);
  const env = { JSR_URL: jsr.url };
  const cold = await copy.deps([], env);
  assertEquals(cold.code, 0);
  assertStringIncludes(cold.stderr, "JSR's packages are refused: Integrity");
  assertEquals(holds(copy), "stand-ins");
  const before = copy.state();
  const refresh = await copy.deps(["--refresh"], env);
  assertEquals(refresh.code, 1);
  assertStringIncludes(refresh.stderr, "refused: Integrity check failed");
  assertEquals(copy.state(), before);
  assertEquals(copy.leftovers(), []);
});

Deno.test("once JSR answers, its packages replace the stand-ins", async () => {
  await using copy = await copyProject();
  await using jsr = await serveOffline(copy);
  const env = { JSR_URL: jsr.url };
  jsr.isDown = true;
  assertEquals((await copy.deps([], env)).code, 0);
  assertEquals(holds(copy), "stand-ins");
  // The lock of a project to which this registry is the real one.
  copy.write("deno.lock", jsr.lock);
  assertEquals((await copy.deps([], env)).code, 0);
  jsr.isDown = false;
  const asked = jsr.requests;
  assertEquals((await copy.deps([], env)).stderr, "");
  assertEquals(jsr.requests, asked, "asked JSR twice within a day");

  const refresh = await copy.deps(["--refresh"], env);
  assertEquals(refresh.code, 0, refresh.stderr);
  assertStringIncludes(refresh.stderr, "have replaced the stand-ins");
  assertEquals(holds(copy), "jsr");
  assertEquals(copy.read("deno.lock"), jsr.lock);

  // As after a plain `deno install`: nobody's marker, but the lock's packages.
  copy.remove("vendor/.deps.json");
  jsr.isDown = true;
  assertEquals((await copy.deps([], env)).code, 0);
  assertEquals(holds(copy), "jsr");
  assertEquals((await copy.deno(["test", "-q"], env)).code, 0);

  // A part is missing, and JSR is gone: all stand-ins, never a mixture.
  copy.remove("vendor/.deps.json");
  copy.remove(`vendor/${copy.folder(jsr.url)}/@std/log/0.224.14/handler.ts`);
  assertEquals((await copy.deps([], env)).code, 0);
  assertEquals(holds(copy), "stand-ins");
});
