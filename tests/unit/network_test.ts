import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { chooseNetwork } from "../../tasks/stack/compose/preflight/network.ts";

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
