import { assertEquals } from "@std/assert";
import { deno, withClone } from "../harness/clone.ts";

Deno.test("a fresh clone needs no `deno task deps` once JSR and npm are reachable", async () => {
  await withClone(async (folder) => {
    // Stands for a reachable JSR; Deno's cache stands for a reachable npm.
    const deps = await deno(["task", "-q", "deps"], {}, folder);
    assertEquals(deps.code, 0, deps.stderr);
    await Deno.remove(`${folder}/node_modules`, { recursive: true });
    const commands = [
      ["check", "-q", "."],
      ["test", "-q", "--no-check", "--no-run"],
      ["test", "-q", "--no-check", "tests/unit/outbox_test.ts"],
      ["run", "-q", "-P=producer", "producer/main.ts", "--help"],
    ];
    for (const args of commands) {
      const { code, stdout, stderr } = await deno(args, {}, folder);
      assertEquals(code, 0, `deno ${args.join(" ")}: ${stdout}${stderr}`);
    }
  });
});
