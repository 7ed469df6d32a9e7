// `.ci/run` fails with what it starts, and its last line says what was left out;
// with stand-ins for all that it starts.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { pathOf, projectDir } from "../../lib/project.ts";
import { run } from "../../tasks/host/run_process.ts";
import { testDir } from "../harness/broker.ts";

/**
 * What CI calls; `deno task test spark` may leave out a part, and the task that
 * `FAILS` names fails.
 */
const npx = `case "$*" in
  *"task test spark") [ -z "\${PART-}" ] || echo "$PART" >>"$LEFT_OUT" ;;
esac
case "$*" in
  *"task \${FAILS-none}"*) echo "$FAILS failed"; exit 1 ;;
esac`;

async function program(path: string, lines: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/usr/bin/env bash\n${lines}\n`, {
    mode: 0o700,
  });
}

/**
 * Runs it; gives what it prints.
 *
 * @param options `hasRig`: whether engine and images can be had. `seconds`:
 * how long it has run already. `part`: what the tier has no time for. `fails`:
 * a task, or the rig's program of images, that fails.
 */
async function ciRun(
  { hasRig, seconds = 0, part = "", fails = "nothing" }: {
    readonly hasRig: boolean;
    readonly seconds?: number;
    readonly part?: string;
    readonly fails?: string;
  },
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  await using dir = await testDir();
  const { path } = dir;
  for (const folder of ["bin", "project/.ci", "shared/rig"]) {
    await Deno.mkdir(`${path}/${folder}`, { recursive: true });
  }
  await Deno.copyFile(
    pathOf(new URL(".ci/run", projectDir)),
    `${path}/project/.ci/run`,
  );
  await program(`${path}/bin/npx`, npx);
  for (const name of ["java", "mvn", "promtool", "chromium", "python3"]) {
    await program(`${path}/bin/${name}`, "exit 0");
  }
  await program(`${path}/bin/docker`, "exit 1");
  if (hasRig) {
    for (const name of ["engine", "images", "lake-images"]) {
      const lines = name === fails ? `echo "${name} failed"; exit 1` : "exit 0";
      await program(`${path}/shared/rig/${name}.sh`, lines);
    }
  }
  const { code, stdout, stderr } = await run("bash", [
    `${path}/project/.ci/run`,
  ], {
    env: {
      PATH: `${path}/bin:${Deno.env.get("PATH")}`,
      SECONDS: String(seconds),
      PART: part,
      FAILS: fails,
    },
  });
  return { code, lines: `${stdout}${stderr}`.split("\n").filter(Boolean) };
}

Deno.test({
  name: "`.ci/run` ends with a line that says what was left out",
  ignore: Deno.build.os === "windows",
  async fn(t) {
    const ends = async (
      options: Parameters<typeof ciRun>[0],
      line: string,
    ) => assertEquals(await ciRun(options), { code: 0, lines: [line] });
    await t.step("nothing", async () => {
      await ends({ hasRig: true }, "ci: all parts ran");
    });
    await t.step("parts of the tier", async () => {
      await ends(
        { hasRig: true, part: "the kills on Spark" },
        "ci: green, but left out: the kills on Spark",
      );
    });
    await t.step("the tier, for lack of time", async () => {
      const { code, lines } = await ciRun({ hasRig: true, seconds: 59 * 60 });
      assertEquals(code, 0);
      assertMatch(
        lines.join("\n"),
        /^ci: green, but left out: tier spark, for lack of time: it may take \d+ minutes, -?\d+ are left$/,
      );
    });
    await t.step("a failure on either side is the run's", async () => {
      const tasks = ["ok", "test --except", "test:chaos"];
      const inContainers = ["test compose", "test spark", "lake-images"];
      for (const fails of [...tasks, ...inContainers]) {
        const { code, lines } = await ciRun({ hasRig: true, fails });
        assertEquals(code, 1, fails);
        assert(lines.includes(`${fails} failed`), lines.join("\n"));
        assert(!lines.some((line) => line.startsWith("ci: all")), fails);
      }
    });
    await t.step("tiers that cannot run there", async () => {
      await ends(
        { hasRig: false },
        "ci: green, but left out: tier compose, which cannot run here;" +
          "tier spark, which cannot run here",
      );
    });
  },
});
