import { assertEquals, assertThrows } from "@std/assert";
import { describeSecret, Secret } from "../../lib/secret.ts";

Deno.test("a `Secret` in a file is read each time; an error names the problem", () => {
  const files = new Map([["a", "first\n"]]);
  const readText = (path: string) => files.get(path);
  const secret = Secret.inFile("a");
  assertEquals(secret.read(readText), "first");
  files.set("a", " second \r\n");
  assertEquals(secret.read(readText), " second ");
  files.set("a", "\n");
  assertThrows(() => secret.read(readText), Error, "the file is empty");
  files.delete("a");
  assertThrows(() => secret.read(readText), Error, "file not found");
});

Deno.test("`describeSecret()` masks the text and shows the path", () => {
  assertEquals(describeSecret("KEY", Secret.ofText("hunter2")), {
    KEY: "********",
    KEY_FILE: "",
  });
  assertEquals(describeSecret("KEY", Secret.inFile("/run/secrets/key")), {
    KEY: "",
    KEY_FILE: "/run/secrets/key",
  });
  assertEquals(describeSecret("KEY", undefined), { KEY: "", KEY_FILE: "" });
});
