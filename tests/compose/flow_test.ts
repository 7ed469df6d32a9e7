import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { until } from "../harness/until.ts";
import { makeProject, simulated, type TestProject } from "./test_project.ts";

async function ids(project: TestProject): Promise<string[]> {
  const label = `label=com.docker.compose.project=${project.name}`;
  const list = await project.must("ps", "-q", "--no-trunc", "--filter", label);
  return list.split("\n").filter(Boolean).sort();
}

/** Attempts to leave the container's sandbox, as the producer's user. */
const escapes: Readonly<Record<string, string>> = {
  "write beside the program": "touch /app/x",
  "write to the image": "touch /usr/bin/x || touch /etc/x || touch /x",
  "become root": "su -c id || setpriv --reuid=0 id",
  "see the engine": "ls /var/run/docker.sock",
};

/** Attempts under the producer's permission set. */
const attempts = `
const attempts = {
  host: () => fetch("https://example.com/"),
  socket: () => Deno.connect({ hostname: "hive-minio", port: 9000 }),
  write: () => Deno.writeTextFile("/deno-dir/x", ""),
  read: () => Deno.readTextFile("/etc/passwd"),
  run: () => new Deno.Command("id").output(),
};
for (const [name, attempt] of Object.entries(attempts)) {
  try { await attempt(); console.log(name, "DONE"); }
  catch (error) { console.log(name, error.name); }
}`;

Deno.test("from `setup --standalone --producer` to `destroy`, on real containers", async (t) => {
  await using project = await makeProject();
  const container = (service: string) => `${project.name}-${service}`;
  await project.env(simulated);

  await t.step(
    "setup starts all four, healthy, and prints their addresses",
    async () => {
      const { stdout } = await project.mustTask(
        "setup",
        "--standalone",
        "--producer",
      );
      for (const service of ["zookeeper", "kafka", "kafka-ui"]) {
        assertMatch(stdout, new RegExp(`^${service} .*healthy`, "m"));
      }
      assertStringIncludes(stdout, `localhost:${project.ports.kafka}`);
      assertStringIncludes(stdout, `http://localhost:${project.ports.ui}`);
      const names = await project.must("ps", "--format", "{{.Names}}");
      for (const s of ["zookeeper", "kafka", "kafka-ui", "producer"]) {
        assertStringIncludes(names, container(s));
      }
    },
  );

  await t.step("setup again changes nothing", async () => {
    const before = await ids(project);
    await project.mustTask("setup", "--standalone");
    assertEquals(await ids(project), before);
  });

  await t.step("records flow and verify proves it", async () => {
    await project.simulate();
    const verify = ["verify", "--wait=180s", "--json"] as const;
    const { stdout } = await project.mustTask(...verify);
    const names = JSON.parse(stdout).checks
      .map(({ name }: { name: string }) => name);
    const some = ["containers", "listeners", "ui", "producer", "growth"];
    assertEquals(some.filter((name) => !names.includes(name)), []);
    const log = await project.must("logs", container("producer"));
    assertStringIncludes(log, "polled");
    await project.mustTask("status");
  });

  await t.step(
    "the producer's container has no more rights than it needs",
    async () => {
      const text = await project.must("inspect", container("producer"));
      const [{ Config: config, HostConfig: host, Mounts: mounts }] = JSON.parse(
        text,
      );
      assertEquals(config.User, "1993:1993");
      assertEquals(host.ReadonlyRootfs, true);
      assertEquals(host.CapDrop, ["ALL"]);
      assertEquals(host.CapAdd, null);
      assertEquals(host.Privileged, false);
      assertEquals(host.SecurityOpt, ["no-new-privileges:true"]);
      assert(host.Memory > 0 && host.PidsLimit > 0);
      const writable = mounts.filter(({ RW }: { RW: boolean }) => RW)
        .map(({ Destination }: { Destination: string }) => Destination);
      assertEquals(writable, ["/deno-dir"]);
      const secrets = config.Env.filter((line: string) =>
        /(KEY|PASSWORD|SECRET)\w*=./.test(line)
      );
      assertEquals(secrets, []);
    },
  );

  await t.step("it cannot leave its sandbox", async () => {
    for (const [what, script] of Object.entries(escapes)) {
      const { code } = await project.docker(
        ...["exec", container("producer"), "sh", "-c", script],
      );
      assert(code !== 0, `it could ${what}`);
    }
    const output = await project.must(
      ...["exec", container("producer"), "sh", "-c"],
      `cat > /deno-dir/crypto-producer/t.ts <<'END'\n${attempts}\nEND\n` +
        "deno run -q --cached-only -P=producer " +
        "--config deno.json /deno-dir/crypto-producer/t.ts",
    );
    assertEquals(
      output.trim().split("\n").map((line) => line.split(" ")[1]),
      Array(5).fill("NotCapable"),
    );
  });

  await t.step("`produce` refuses to run beside it", async () => {
    const { code, stderr } = await project.task("produce");
    assertEquals(code, 1);
    assertStringIncludes(stderr, `${container("producer")} runs`);
    assertStringIncludes(stderr, "docker compose stop crypto-producer");
  });

  await t.step("an edited .env applies after a restart", async () => {
    await project.env({ CRYPTO_IDS: "bitcoin,ethereum,solana" });
    await project.must("compose", "restart", "crypto-producer");
    await project.simulate();
    const found = await until("a record with the new coin", async () => {
      const log = await project.must("logs", "-n20", container("producer"));
      return /"message":"polled".*"coins":3/.test(log) ? true : undefined;
    }, 60_000);
    assert(found);
  });

  await t.step("stop and setup, down and up -d keep every record", async () => {
    const before = (await project.records(3)).length;
    await project.stopSimulator();
    await project.mustTask("stop");
    assertEquals(
      (await project.task("stop")).stdout.trim(),
      "Nothing was running.",
    );
    await project.mustTask("setup", "--standalone");
    const stopped = await project.records(before);
    await project.must("compose", "down");
    await project.must("compose", "up", "-d");
    await until("all four are up again", async () => {
      const { code } = await project.task("setup", "--standalone");
      return code === 0 ? true : undefined;
    }, 120_000);
    const after = await project.records(stopped.length);
    assertEquals(
      after.slice(0, before).map(({ headers }) => headers.ce_id),
      stopped.slice(0, before).map(({ headers }) => headers.ce_id),
    );
    assertEquals(
      new Set(after.map(({ headers }) => headers.ce_id)).size,
      after.length,
      "no duplicate",
    );
  });

  await t.step("destroy leaves nothing behind", async () => {
    await project.docker("rm", "-f", `${project.name}-simulator`);
    await project.mustTask("destroy", "--yes");
    assertEquals(await project.leftovers(), []);
    const networks = (await project.networks()).join();
    assert(!networks.includes(project.name), networks);
    const env = await Deno.readTextFile(`${project.dir}/.env`);
    assert(!env.includes("deno task setup"), env);
    assertStringIncludes(env, "CRYPTO_IDS=bitcoin,ethereum,solana");
  });
});
