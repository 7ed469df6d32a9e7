import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { judgePartA } from "../../tasks/stack/compose/preflight/part_a.ts";
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

const others = [
  { ...minio, name: "my-hive-minio" },
  { ...metastore, name: "hive-metastore-db" },
];
const none = "PART-A is not running: containers hive-minio and " +
  "hive-metastore are missing";
const refused: [ContainerSeen[], string, string][] = [
  [[], none, "--standalone"],
  [others, none, "start PART-A"],
  [
    [minio],
    "PART-A is incomplete: container hive-metastore is missing",
    "--standalone",
  ],
  [
    [minio, { ...metastore, status: "exited" }],
    "hive-metastore of PART-A is not running (exited)",
    "docker start hive-metastore",
  ],
  [
    [{ ...minio, status: "paused" }, metastore],
    "hive-minio of PART-A is paused",
    "docker unpause hive-minio",
  ],
  [
    [{ ...minio, status: "restarting" }, metastore],
    "keeps restarting",
    "docker logs hive-minio",
  ],
  [[{ ...minio, health: "starting" }, metastore], "not healthy yet", "wait"],
  [
    [minio, { ...metastore, health: "unhealthy" }],
    "hive-metastore of PART-A is unhealthy",
    "docker logs hive-metastore",
  ],
];
for (const [index, [found, message, next]] of refused.entries()) {
  Deno.test(`\`judgePartA()\` refuses PART-A, ${index}: ${message}`, () => {
    const failure = assertThrows(() => judgePartA(found), CommandError);
    assertStringIncludes(failure.message, message);
    assertStringIncludes(failure.next, next);
  });
}
