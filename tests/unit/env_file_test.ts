import { assert, assertEquals } from "@std/assert";
import {
  markedOf,
  withMarked,
  withoutMarked,
} from "../../tasks/stack/env_file.ts";

Deno.test("`withMarked()` changes its own lines only", () => {
  const own = "A=1\nB=2";
  const once = withMarked(own, { KAFKA_HOST_PORT: "19093" });
  assert(once.startsWith("A=1\nB=2\n# >>>"));
  assertEquals(withMarked(once, { KAFKA_HOST_PORT: "19093" }), once);
  assertEquals(withoutMarked(once), "A=1\nB=2\n");
  assertEquals(markedOf(once), { KAFKA_HOST_PORT: "19093" });
  assertEquals(markedOf(own), {});
  assertEquals(withMarked(once, {}), "A=1\nB=2\n");
  assertEquals(withMarked("", {}), "");
});

Deno.test("`withMarked()` finds its lines after an editor wrote CRLF", () => {
  const once = withMarked("A=1\n", { DAS_NETWORK: "x" })
    .replaceAll("\n", "\r\n");
  const marked = withMarked(once, { DAS_NETWORK: "y" });
  assertEquals(marked, once.replace("=x", "=y"));
  assertEquals(withoutMarked(marked), "A=1\r\n");
  assertEquals(markedOf(marked), { DAS_NETWORK: "y" });
});
