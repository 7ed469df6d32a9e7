import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
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

const states: [string, ContainerSeen[], string, RegExp][] = [
  [
    "absent",
    [],
    "PART-A is not running: containers hive-minio and hive-metastore are missing",
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
    "PART-A is incomplete: container hive-metastore is missing",
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
