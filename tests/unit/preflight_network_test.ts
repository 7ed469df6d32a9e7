import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  parseNeighbours,
  requireAliases,
} from "../../tasks/stack/compose/preflight/names.ts";
import { chooseNetwork } from "../../tasks/stack/compose/preflight/network.ts";
import { judgePartA } from "../../tasks/stack/compose/preflight/part_a.ts";
import { parseNetworks } from "../../tasks/stack/compose/preflight/standalone.ts";
import type { ContainerSeen } from "../../tasks/docker/container.ts";
import { container } from "../fakes/stack.ts";

const minio = container("", { name: "hive-minio" });
const metastore = container("", { name: "hive-metastore", health: "none" });

Deno.test("`judgePartA()` returns the networks of both containers", () => {
  const there = { ...metastore, networks: ["lake", "part-a_dasnet"] };
  assertEquals(judgePartA([there, minio]), {
    minio: ["part-a_dasnet"],
    metastore: ["lake", "part-a_dasnet"],
  });
});

const states: [string, ContainerSeen[], string, RegExp][] = [
  [
    "absent",
    [],
    "containers hive-minio and hive-metastore are missing",
    /--standalone/,
  ],
  [
    "names that only contain the right ones",
    [
      { ...minio, name: "my-hive-minio" },
      { ...metastore, name: "hive-metastore-db" },
    ],
    "containers hive-minio and hive-metastore are missing",
    /start PART-A/,
  ],
  [
    "incomplete",
    [minio],
    "container hive-metastore is missing",
    /--standalone/,
  ],
  [
    "exited",
    [minio, { ...metastore, status: "exited" }],
    "hive-metastore of PART-A is not running (exited)",
    /docker start hive-metastore/,
  ],
  [
    "paused",
    [{ ...minio, status: "paused" }, metastore],
    "hive-minio of PART-A is paused",
    /docker unpause hive-minio/,
  ],
  [
    "restarting",
    [{ ...minio, status: "restarting" }, metastore],
    "keeps restarting",
    /docker logs hive-minio/,
  ],
  [
    "starting",
    [{ ...minio, health: "starting" }, metastore],
    "is not healthy yet",
    /wait/,
  ],
  [
    "unhealthy",
    [minio, { ...metastore, health: "unhealthy" }],
    "hive-metastore of PART-A is unhealthy",
    /docker logs hive-metastore/,
  ],
];
for (const [name, found, message, next] of states) {
  Deno.test(`\`judgePartA()\` refuses PART-A: ${name}`, () => {
    const failure = assertThrows(() => judgePartA(found), CommandError);
    assertStringIncludes(failure.message, message);
    assertMatch(failure.next, next);
  });
}

function both(...names: string[]) {
  return ({ minio: names, metastore: names });
}

Deno.test("`chooseNetwork()` prefers the remembered network, then the usual one", () => {
  const many = both("lake", "part-a_dasnet", "x_dasnet");
  assertEquals(chooseNetwork(many, "lake"), "lake");
  assertEquals(chooseNetwork(many, "gone"), "part-a_dasnet");
  assertEquals(chooseNetwork(many, undefined), "part-a_dasnet");
  assertEquals(chooseNetwork(both("lake", "x_dasnet"), undefined), "x_dasnet");
  assertEquals(chooseNetwork(both("bridge", "lake"), undefined), "lake");
  // Both have to be on it, whatever its name.
  const half = { minio: ["part-a_dasnet", "lake"], metastore: ["lake"] };
  assertEquals(chooseNetwork(half, "part-a_dasnet"), "lake");
});

const refused: [string, Parameters<typeof chooseNetwork>[0], string][] = [
  ["several", both("b", "a"), "share several networks: a, b"],
  ["several alike", both("a_dasnet", "c", "b_dasnet"), "a_dasnet, b_dasnet"],
  ["the default one", both("bridge"), "cannot resolve each other's names"],
  [
    "none in common",
    { minio: ["a"], metastore: [] },
    "hive-minio (on a) and hive-metastore (on no network) share no network",
  ],
];
for (const [name, networks, message] of refused) {
  Deno.test(`\`chooseNetwork()\` refuses ${name}`, () => {
    const failure = assertThrows(
      () => chooseNetwork(networks, "bridge"),
      CommandError,
    );
    assertStringIncludes(failure.message, message);
    assertStringIncludes(failure.next, "deno task setup");
  });
}

// Abridged output of engine 20.10.
const inspected = JSON.stringify([
  {
    Name: "/lake-broker",
    Config: { Labels: { "rig.inputs": "a435a5a9af5d1c88" } },
    NetworkSettings: {
      Networks: {
        lake: { Aliases: ["kafka", "09b3dbc079de"], DNSNames: null },
        other: { Aliases: ["crypto-zookeeper"] },
      },
    },
  },
]);

Deno.test("`requireAliases()` names a container of another project", () => {
  const own = { names: ["my-kafka"], project: "ours" };
  const lake = parseNeighbours(inspected, "lake");
  assertEquals(lake[0]?.names, ["lake-broker", "kafka", "09b3dbc079de"]);
  const failure = assertThrows(
    () => requireAliases("lake", own, lake),
    CommandError,
  );
  assertStringIncludes(
    failure.message,
    "lake-broker is on the network lake as kafka",
  );
  assertStringIncludes(
    failure.next,
    "docker network disconnect lake lake-broker",
  );
  const ours = lake.map((one) => ({ ...one, project: "ours" }));
  requireAliases("lake", own, ours);
  const plain = { name: "my-kafka", project: "", names: ["my-kafka"] };
  assertThrows(() => requireAliases("lake", own, [plain]), CommandError);
  requireAliases("lake", own, [{ ...plain, names: ["minio"] }]);
  assertEquals(parseNeighbours("\n", "lake"), []);
});

Deno.test("`parseNetworks()` accepts only whole names, and our label", () => {
  const network = (name: string, labels: Record<string, string> | null) =>
    JSON.stringify([{ Id: "b2245c1735a8", Name: name, Labels: labels }]);
  const ours = { "crypto-stream.network": "standalone" };
  const see = (json: string) => parseNetworks(json, "alone")[0]?.isOurs;
  assertEquals(see(network("alone", ours)), true);
  assertEquals(see(network("alone", {})), false);
  assertEquals(see(network("alone", null)), false);
  assertEquals(see(network("alone2", ours)), undefined);
  assertEquals(see("[]\n"), undefined);
});
