import { assertEquals } from "@std/assert";
import { listed } from "../fakes/containers.ts";

Deno.test("`parseList()` reads names, projects and TCP ports", () => {
  assertEquals(listed.map(({ hostPorts }) => hostPorts), [
    [27000, 27600, 27600],
    [9093],
    [8079, 8080, 8081],
    [],
  ]);
  assertEquals(listed[1]?.project, "ours");
});
