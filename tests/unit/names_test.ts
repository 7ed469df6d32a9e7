import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  parseNeighbours,
  requireAliases,
  requireNames,
} from "../../tasks/stack/compose/preflight/names.ts";
import { listed } from "../fakes/containers.ts";

Deno.test("`requireNames()` refuses the container of another project", () => {
  const names = ["kafka", "producer"].map((part) => `crypto-${part}`);
  const failure = assertThrows(
    () => requireNames(names, "ours", listed),
    CommandError,
  );
  assertStringIncludes(failure.message, "the name crypto-producer is taken");
  assertStringIncludes(failure.next, "STACK_NAME");
  requireNames(names, "older", listed);
  requireNames(["my-kafka", "my-producer"], "ours", listed);
});

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
