import { assertEquals, assertMatch } from "@std/assert";
import { makeCopy } from "./deps_project.ts";

Deno.test("LOG_LEVEL=debug shows the stack of an error, in .env too", async () => {
  await using copy = await makeCopy();
  assertEquals((await copy.deps()).code, 0);
  const status = ["run", "-q", "-P=tasks", "tasks/status.ts", "--nope"];
  const plain = await copy.deno(status);
  assertEquals([plain.code, /^ +at /m.test(plain.stderr)], [2, false]);
  await Deno.writeTextFile(`${copy.path}/.env`, "LOG_LEVEL=debug\n");
  const detailed = await copy.deno(status);
  assertMatch(detailed.stderr, /^status: unknown flag --nope/);
  assertMatch(detailed.stderr, /^ +at parseFlags /m);
  // The file itself is wrong.
  await Deno.writeTextFile(`${copy.path}/.env`, 'A="\nLOG_LEVEL=debug\n');
  const broken = await copy.deno(status.slice(0, -1));
  assertEquals([broken.code, /^ +at /m.test(broken.stderr)], [2, false]);
});
