import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { run, runBlocking, start } from "../../tasks/host/run_process.ts";

const deno = Deno.execPath();

function script(text: string): string[] {
  return ["eval", "-q", text];
}

Deno.test("`run()` returns the exit code and both streams", async () => {
  const code = 'console.log("out"); console.error("err"); Deno.exit(3)';
  assertEquals(await run(deno, script(code)), {
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

Deno.test("`run()` calls `onLine` for each line, also for one without an end", async () => {
  const lines: string[] = [];
  const text = 'await Deno.stdout.write(new TextEncoder().encode("a\\nb"))';
  await run(deno, script(text), { onLine: (line) => lines.push(line) });
  assertEquals(lines, ["a", "b"]);
});

Deno.test("`run()` passes folder and variables", async () => {
  const cwd = await Deno.realPath(await Deno.makeTempDir());
  try {
    const text = 'console.log(Deno.cwd(), Deno.env.get("COLOUR"))';
    const { stdout } = await run(deno, script(text), {
      cwd,
      env: { COLOUR: "red" },
    });
    assertEquals(stdout, `${cwd} red\n`);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("`run()` withholds what a shell has for other programs", async () => {
  const before = Deno.env.get("DENO_SERVE_ADDRESS");
  Deno.env.set("DENO_SERVE_ADDRESS", "tcp:127.0.0.1:1");
  try {
    const text = 'console.log(Deno.env.has("DENO_SERVE_ADDRESS"))';
    assertEquals((await run(deno, script(text))).stdout, "false\n");
  } finally {
    if (before === undefined) Deno.env.delete("DENO_SERVE_ADDRESS");
    else Deno.env.set("DENO_SERVE_ADDRESS", before);
  }
});

Deno.test("a program that is not found is `NotFound`", async () => {
  await assertRejects(() => run("no-such-program", []), Deno.errors.NotFound);
  assertThrows(() => start("no-such-program", []), Deno.errors.NotFound);
});

Deno.test("`start()` gives the pid, and `kill()` ends it once", async () => {
  const child = start(deno, script("setInterval(() => {}, 1000)"));
  assertEquals(child.pid > 1, true);
  child.kill("SIGKILL");
  const { code } = await child.ended;
  assertEquals(code, Deno.build.os === "windows" ? 1 : 137);
  child.kill("SIGKILL");
});

Deno.test("a signal ends a program; its captured output is returned", async () => {
  const stop = new AbortController();
  const { stdout } = await run(
    deno,
    script('console.log("up"); setInterval(() => {}, 1000)'),
    { signal: stop.signal, onLine: () => stop.abort() },
  );
  assertEquals(stdout, "up\n");
});

Deno.test("`runBlocking()` returns the standard output", () => {
  assertEquals(runBlocking(deno, script("console.log(7)")), "7\n");
});
