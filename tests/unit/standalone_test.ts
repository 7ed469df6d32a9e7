import { assertEquals } from "@std/assert";
import { parseNetworks } from "../../tasks/stack/compose/preflight/standalone.ts";

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
