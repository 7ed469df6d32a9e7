import { assertEquals } from "@std/assert";
import { kafkaVersion } from "../../tasks/stack/native/jars.ts";

Deno.test("`kafkaVersion` is the one in pom.xml", () => {
  assertEquals(/^3\.9\.\d+$/.test(kafkaVersion), true);
});
