import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { httpFetch } from "../../lib/http_fetch.ts";
import { until } from "../harness/until.ts";
import {
  crash,
  makeProject,
  simulated,
  type TestProject,
} from "./test_project.ts";

/** The CA that this machine trusts, for its containers' way to npm. */
function companyCa(): Record<string, string> {
  const file = Deno.env.get("DENO_CERT") ?? Deno.env.get("SSL_CERT_FILE");
  return file === undefined ? {} : { DENO_CERT: file };
}

/** Ticks in silver, asked as a user would. */
async function ticksOf(project: TestProject): Promise<number> {
  const sql = "SELECT count(*) AS ticks FROM silver.crypto_ticks";
  const { stdout } = await project.mustTask("lake", "sql", sql, "--json");
  return Number(JSON.parse(stdout).ticks);
}

/** Waits until the container's program is ready and has written these ticks. */
async function untilWritten(
  { ports }: TestProject,
  ticks: number,
): Promise<void> {
  const url = `http://127.0.0.1:${ports.lake}/status`;
  await until("the lake is ready, with ticks", async () => {
    try {
      const { ready, counters } = await (await httpFetch(url)).json();
      return ready && counters.ticks >= ticks;
    } catch {
      // It starts.
      return false;
    }
  });
}

Deno.test("the lake's container, from `setup --lake` to `destroy`", async (t) => {
  await using project = await makeProject();
  await project.env({ ...simulated, ...companyCa() });
  const { name, dir } = project;
  const lake = `${name}-lake`;
  let ticks = 0;
  const inspect = async (format: string) =>
    (await project.must("inspect", lake, "--format", format)).trim();
  const setup = (...flags: string[]) =>
    project.mustTask("setup", "--standalone", ...flags);

  await t.step("setup fills its volume and starts it", async () => {
    const { stdout } = await setup("--producer", "--lake");
    const address = `http://localhost:${project.ports.lake}`;
    assertMatch(stdout, new RegExp(`^crypto-lake +${address} .*${lake}`, "m"));
  });

  await t.step("records reach gold inside it", async () => {
    await project.simulate();
    await untilWritten(project, 4);
    ticks = await ticksOf(project);
    assert(ticks >= 4, String(ticks));
    const { stdout } = await project.mustTask("lake", "status");
    assertStringIncludes(stdout, "/deno-dir/crypto-lake");
  });

  await t.step("it has no more rights than it needs", async () => {
    const [{ Config: config, HostConfig: host, Mounts: mounts }] = JSON.parse(
      await project.must("inspect", lake),
    );
    assertEquals(config.User, "1993:1993");
    assertEquals([host.ReadonlyRootfs, host.CapDrop], [true, ["ALL"]]);
    assertEquals(host.SecurityOpt, ["no-new-privileges:true"]);
    assert(host.Memory > 0 && host.PidsLimit > 0);
    const writable = mounts.filter(({ RW }: { RW: boolean }) => RW)
      .map(({ Destination }: { Destination: string }) => Destination);
    assertEquals(writable, ["/deno-dir"]);
    const running = await project.must("top", lake, "-eo", "pid,args");
    const [program = ""] = running.split("\n")
      .filter((line) => line.includes(" deno run"));
    const grants = program.split(" ")
      .filter((word) => /^-(-allow|P|A)/.test(word));
    assertEquals(grants.length, 2, running);
    assertEquals(grants[0], "-P=lakehouse");
    assertMatch(grants[1] ?? "", /^--allow-ffi=\/deno-dir\/.*duckdb\.node$/);
  });

  await t.step("it comes back from a kill; no row is there twice", async () => {
    await crash(project, "lake");
    await untilWritten(project, 2);
    const { stdout } = await project.mustTask("verify", "--wait=120s");
    assertMatch(stdout, /ok +lake bronze key +.* each offset once/);
    assertMatch(stdout, /ok +lake lag/);
    assert(await ticksOf(project) > ticks);
  });

  await t.step("an export arrives on this machine", async () => {
    const folder = `${dir}/exported`;
    const { stdout } = await project.mustTask("lake", "export", folder);
    assertStringIncludes(stdout, "silver.crypto_ticks.parquet");
    const { size } = await Deno.stat(`${folder}/silver.crypto_ticks.parquet`);
    assert(size > 0);
    const again = await project.task("lake", "export", folder);
    assertStringIncludes(again.stderr, "is not empty");
    const left = await project.must("exec", lake, "ls", "/deno-dir");
    assert(!left.includes("export"), left);
  });

  await t.step("a second start needs no network", async () => {
    const { stdout, code, stderr } = await project.docker(
      ...["run", "--rm", "--network", "none", "--user", "1993:1993"],
      ...["--read-only", "-v", `${dir}:/app:ro`, "-w", "/app"],
      ...["-v", `${name}_lake-state:/deno-dir`],
      ...["-e", "XDG_CACHE_HOME=/deno-dir"],
      ...[await inspect("{{.Config.Image}}"), "run", "-q", "-P=lake"],
      "tasks/lake/container_main.ts",
    );
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^run --cached-only .* lakehouse\/main\.ts /);
  });

  await t.step(
    "the next setup keeps it; without it the data stays",
    async () => {
      const id = await inspect("{{.Id}}");
      await project.stopSimulator();
      await setup();
      assertEquals(await inspect("{{.Id}}"), id);
      const services = async () =>
        (await project.raw("config", "--services")).stdout.split("\n");
      assert((await services()).includes("crypto-lake"));
      const without = await setup("--no-lake");
      assert(!(await services()).includes("crypto-lake"));
      assert(!without.stdout.includes("crypto-lake"), without.stdout);
      await setup("--lake");
      assert(await ticksOf(project) > ticks);
    },
  );

  await t.step(
    "stopped, it can still be asked; destroy takes all",
    async () => {
      await project.mustTask("stop");
      assertEquals(await inspect("{{.State.Status}}"), "exited");
      assert(await ticksOf(project) > ticks);
      const listed = await project.task("destroy");
      const list = listed.stdout + listed.stderr;
      assertStringIncludes(list, `volume     ${name}_lake-state`);
      await project.mustTask("destroy", "--yes");
      assertEquals(await project.leftovers(), []);
    },
  );
});
