// The checks before `setup` on a real engine. PART-A's container names are
// fixed, so each test holds them.

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  type ComposeSettings,
  composeSettings,
} from "../../tasks/stack/compose_settings.ts";
import { preflight } from "../../tasks/stack/compose/preflight/preflight.ts";
import {
  ensureStandalone,
  removeStandalone,
} from "../../tasks/stack/compose/preflight/standalone.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { run } from "../../tasks/host/run_process.ts";
import { freePorts } from "../harness/ports.ts";
import { partANames } from "../../tasks/docker/container.ts";
import { partALabel, takePartA, testWithPartA } from "./sleepers.ts";

const sleeper = ["denoland/deno:2.9.6", "sleep", "infinity"];
const mark = `preflight-${crypto.randomUUID().slice(0, 8)}`;
const label = `crypto-stream.test-run=${mark}`;

const engine = createDocker();

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run("docker", args);
  assertEquals(code, 0, `docker ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

async function idsOf(kind: "container" | "network"): Promise<string[]> {
  const all = kind === "container" ? ["--all"] : [];
  const filter = ["--quiet", "--filter", `label=${label}`];
  return (await docker(kind, "ls", ...all, ...filter)).split("\n")
    .filter((id) => id !== "");
}

/** Removes what this run created, and nothing else. */
async function clean(): Promise<void> {
  const containers = await idsOf("container");
  if (containers.length > 0) await docker("rm", "--force", ...containers);
  const networks = await idsOf("network");
  if (networks.length > 0) await docker("network", "rm", ...networks);
}

/** PART-A's names for one test, which removes what it created. */
async function holdPartA(): Promise<AsyncDisposable> {
  const sleepers = await takePartA({ must: docker });
  return {
    async [Symbol.asyncDispose]() {
      await clean();
      await sleepers[Symbol.asyncDispose]();
    },
  };
}

function makeNetwork(name: string) {
  return docker("network", "create", "--label", label, name);
}

function start(name: string, ...args: string[]) {
  return docker(
    ...["run", "--detach", "--label", label, "--stop-timeout", "0"],
    ...["--name", name, ...args, ...sleeper],
  );
}

/** With PART-A's label, by which the next test removes them if this run is killed. */
function startOfPartA(name: string, ...args: string[]) {
  return start(name, "--label", partALabel, ...args);
}

async function startPartA(...args: string[]): Promise<void> {
  for (const name of partANames) await startOfPartA(name, ...args);
}

const [zookeeper = 0, kafka = 0, ui = 0] = freePorts(3);
const usual = composeSettings({
  env: () => undefined,
  readText: () => undefined,
});
const settings: ComposeSettings = {
  ...usual,
  project: mark,
  prefix: mark,
  standaloneNetwork: `${mark}-alone`,
  ports: { ...usual.ports, zookeeper, kafka, "kafka-ui": ui },
};

async function check(
  change: Partial<ComposeSettings> = {},
  standalone = false,
) {
  const lines: string[] = [];
  const found = await preflight(
    { settings: { ...settings, ...change }, standalone },
    (line) => lines.push(line),
  );
  return { ...found, lines };
}

async function refusal(...args: Parameters<typeof check>) {
  const { message, next } = await assertRejects(
    () => check(...args),
    CommandError,
  );
  return `${message}\n${next}`;
}

testWithPartA(
  "`preflight()` finds PART-A by its whole names, and refuses a paused one",
  async () => {
    await using _partA = await holdPartA();
    await makeNetwork(`${mark}-net`);
    const onNet = ["--network", `${mark}-net`];
    // Docker's own filters would take these for PART-A's.
    await start(`${mark}-hive-minio`, ...onNet);
    await start(`hive-metastore-${mark}`, ...onNet);
    assertStringIncludes(await refusal(), "containers hive-minio");
    await startOfPartA("hive-minio", ...onNet);
    await startOfPartA("hive-metastore", ...onNet);
    await docker("pause", "hive-minio");
    assertStringIncludes(await refusal(), "docker unpause hive-minio");
    await docker("unpause", "hive-minio");
    assertEquals((await check()).network, `${mark}-net`);
  },
);

testWithPartA(
  "`preflight()` requires a healthy PART-A where it has health checks",
  async () => {
    await using _partA = await holdPartA();
    await makeNetwork(`${mark}-net`);
    const onNet = ["--network", `${mark}-net`];
    await startOfPartA("hive-metastore", ...onNet);
    const check = ["--health-cmd=x", "--health-interval=1h"];
    await startOfPartA("hive-minio", ...onNet, ...check);
    assertStringIncludes(
      await refusal(),
      "hive-minio of PART-A is not healthy",
    );
  },
);

testWithPartA(
  "`preflight()` finds PART-A's network at its containers",
  async () => {
    await using _partA = await holdPartA();
    await startPartA();
    assertStringIncludes(await refusal(), "only on Docker's default network");
    await clean();
    const [first, second] = [`${mark}-a`, `${mark}-b`];
    await makeNetwork(first);
    await makeNetwork(second);
    await startPartA("--network", first);
    const found = await check({ network: "part-a_dasnet" });
    assertEquals([found.network, found.isStandalone], [first, false]);
    assertEquals(found.lines.map((line) => line.slice(0, 16).trim()), [
      "ok    engine",
      "ok    packages",
      "ok    folder",
      "ok    ports",
      "ok    part-a",
      "warn  network",
      "ok    names",
    ]);
    for (const name of ["hive-minio", "hive-metastore"]) {
      await docker("network", "connect", second, name);
    }
    assertStringIncludes(
      await refusal(),
      `share several networks: ${first}, ${second}`,
    );
    const chosen = await check({ network: second });
    assertEquals(chosen.network, second);
  },
);

testWithPartA(
  "`preflight()` names the owner of our alias",
  async () => {
    await using _partA = await holdPartA();
    const [net, other] = [`${mark}-net`, `${mark}-other`];
    await makeNetwork(net);
    await startPartA("--network", net);
    await start(other, "--network", net, "--network-alias", "kafka");
    assertStringIncludes(
      await refusal(),
      `the container ${other} is on the network ${net} as kafka`,
    );
    await docker("network", "disconnect", net, other);
    assertEquals((await check()).network, net);
  },
);

testWithPartA(
  "`preflight()` runs without PART-A and returns to it",
  async () => {
    await using _partA = await holdPartA();
    const alone = `${mark}-alone`;
    try {
      const first = await check({}, true);
      assertEquals([first.network, first.isStandalone], [alone, true]);
      assertStringIncludes(first.lines.join("\n"), `${alone}, created`);
      const again = await check({}, true);
      assertStringIncludes(again.lines.join("\n"), `${alone}, kept`);

      // A container on it keeps it, even a stopped one.
      await start(`${mark}-user`, "--network", alone);
      await docker("stop", "--time", "1", `${mark}-user`);
      assertEquals(await removeStandalone(engine, alone), false);
      await makeNetwork(`${mark}-lake_dasnet`);
      await startPartA("--network", `${mark}-lake_dasnet`);
      const back = await check({ network: alone });
      assertEquals(back.network, `${mark}-lake_dasnet`);
      await docker("rm", `${mark}-user`);
      assertEquals(await removeStandalone(engine, alone), true);
      assertEquals(await removeStandalone(engine, alone), false);

      await makeNetwork(alone);
      assertStringIncludes(
        await refusal({}, true),
        `the network ${alone} is not ours`,
      );
      assertEquals(await removeStandalone(engine, alone), false);
    } finally {
      await removeStandalone(engine, alone);
    }
  },
);

Deno.test("`ensureStandalone()` twice at once creates one network", async () => {
  const name = `${mark}-race`;
  try {
    const done = await Promise.all([
      ensureStandalone(engine, name),
      ensureStandalone(engine, name),
    ]);
    assert(done.includes("created"));
    const named = ["network", "ls", "--quiet", "--filter", `name=^${name}$`];
    assertEquals((await docker(...named)).split("\n").length, 1);
  } finally {
    assertEquals(await removeStandalone(engine, name), true);
  }
});
