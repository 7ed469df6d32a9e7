import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  onOtherNetwork,
  type StartPorts,
  startServices,
} from "../../tasks/stack/compose/start_services.ts";
import type { ProcessResult } from "../../tasks/host/run_process.ts";
import type { ContainerSeen } from "../../tasks/docker/container.ts";
import { container as seen } from "../fakes/stack.ts";

const services = ["zookeeper", "kafka", "kafka-ui", "crypto-producer"];
const config = JSON.stringify({
  services: Object.fromEntries(services.map((name) => [name, { image: name }])),
  networks: { dasnet: { name: "part-a_dasnet" } },
});
const done = { code: 0, stdout: "", stderr: "" };

/** An engine whose `up` returns the given results; it records its calls. */
function engine(
  before: readonly ContainerSeen[],
  ups: readonly ProcessResult[] = [],
  volumes: readonly (readonly string[])[] = [[]],
) {
  const calls: string[] = [];
  const lines: string[] = [];
  let [upsSeen, looks, lists] = [0, 0, 0];
  const run = (args: readonly string[]): Promise<ProcessResult> => {
    const call = args.join(" ");
    if (call.startsWith("compose config")) {
      return Promise.resolve({ ...done, stdout: config });
    }
    if (call.startsWith("image inspect")) return Promise.resolve(done);
    calls.push(call.replace("compose up -d --remove-orphans --no-build", "UP"));
    const isUp = call.startsWith("compose up");
    return Promise.resolve(isUp ? ups[upsSeen++] ?? done : done);
  };
  const ports: StartPorts = {
    docker: { run, output: async (args) => (await run(args)).stdout },
    volumes: () => Promise.resolve(volumes[lists++] ?? volumes.at(-1) ?? []),
    inspect: () =>
      Promise.resolve(
        looks++ === 0 ? before : services.map((one) => seen(one)),
      ),
    logsOf: () => Promise.resolve(""),
    isLive: () => Promise.resolve(false),
    progress: (line) => lines.push(line),
    now: () => 0,
    sleep: () => Promise.resolve(),
    beforeChange: () => calls.push("RECORD"),
  };
  const start = () =>
    startServices(["zookeeper", "kafka", "kafka-ui"], 1_000, ports);
  return { start, calls, lines };
}

function failed(stderr: string) {
  return ({ code: 1, stdout: "", stderr });
}

Deno.test("`startServices()` starts the services and keeps others running", async () => {
  const fresh = engine([]);
  await fresh.start();
  assertEquals(fresh.calls, ["RECORD", "UP zookeeper kafka kafka-ui"]);
  const beside = engine([seen("crypto-producer")]);
  await beside.start();
  assertEquals(beside.calls, [
    "RECORD",
    "UP zookeeper kafka kafka-ui crypto-producer",
  ]);
});

Deno.test("`startServices()` recreates containers on another network", async () => {
  const elsewhere = { networks: ["crypto-standalone"] };
  const { start, calls } = engine([
    seen("kafka", elsewhere),
    seen("crypto-producer", { ...elsewhere, status: "exited" }),
    seen("unrelated", elsewhere),
  ]);
  await start();
  assertEquals(calls, [
    "RECORD",
    "rm crypto-producer",
    "UP --force-recreate zookeeper kafka kafka-ui",
  ]);
});

Deno.test("`startServices()` recreates containers whose network was recreated", async () => {
  const lost = failed(
    "Error response from daemon: network 17d4f540808d not found",
  );
  const { start, calls } = engine([seen("kafka")], [lost]);
  await start();
  const wanted = "zookeeper kafka kafka-ui";
  assertEquals(calls, [
    "RECORD",
    `UP ${wanted}`,
    `UP --force-recreate ${wanted}`,
  ]);
});

Deno.test("`startServices()` tries again once ZooKeeper has recovered", async () => {
  const stderr = "dependency failed to start: container x is unhealthy";
  const again = engine([], [failed(stderr)]);
  await again.start();
  assertEquals(again.calls.length, 3);
  const never = engine([seen("kafka")], Array(5).fill(failed(stderr)));
  await assertRejects(never.start, CommandError, "dependency failed");
  assertEquals(never.calls.length, 4);
});

Deno.test("`startServices()` removes only what a failed start has created", async () => {
  const taken = failed(
    "Bind for 0.0.0.0:8080 failed: port is already allocated",
  );
  const fresh = engine([], [taken], [["old"], ["old", "new"]]);
  const error = await assertRejects(fresh.start, CommandError, "uses the port");
  assertEquals(error.message.includes("8080"), true);
  assertEquals(fresh.calls, [
    "RECORD",
    "UP zookeeper kafka kafka-ui",
    "compose down --remove-orphans",
    "volume rm new",
  ]);
  const grown = engine([seen("zookeeper")], [taken]);
  await assertRejects(grown.start, CommandError);
  assertEquals(grown.calls.length, 2, "what existed before is kept");
});

Deno.test("`onOtherNetwork()` finds containers that lack a network", () => {
  const both = seen("kafka", { networks: ["part-a_dasnet", "other"] });
  const none = seen("kafka-ui", { networks: [] });
  assertEquals(
    onOtherNetwork([seen("zookeeper"), both, none], ["part-a_dasnet"]),
    [none],
  );
});
