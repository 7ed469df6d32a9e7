import { assert, assertEquals } from "@std/assert";

/** `deno task simulate` as the leader of its own process group. */
function spawnTask(...flags: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "simulate", ...flags],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

/** Reads until the text holds an address. */
async function untilAddress(
  reader: ReadableStreamDefaultReader<string>,
): Promise<string> {
  let text = "";
  while (true) {
    const { value, done } = await reader.read();
    const url = (text += value ?? "")
      .match(/http:\/\/127\.0\.0\.1:\d+\/api\/v3(?=\n)/)?.[0];
    if (url !== undefined) return url;
    assert(!done, `ended after: ${text}`);
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name:
      `\`deno task simulate\` exits with 0 on ${signal} to its process group`,
    ignore: Deno.build.os === "windows",
    async fn() {
      const child = spawnTask("--port=0");
      const reader = child.stdout.pipeThrough(new TextDecoderStream())
        .getReader();
      const url = await untilAddress(reader);
      assertEquals(
        (await (await fetch(`${url}/ping`)).json()).gecko_says[0],
        "(",
      );
      // As a terminal does: to the whole group, which `deno task` doubles.
      Deno.kill(-child.pid, signal);
      const [status, errors] = await Promise.all([
        child.status,
        new Response(child.stderr).text(),
        reader.cancel(),
      ]);
      assertEquals(status.code, 0, errors);
      assertEquals(/Error|\bat file:/.test(errors), false, errors);
    },
  });
}

const refusals:
  readonly (readonly [flag: string, code: number, pattern: RegExp])[] = [
    ["--port=99999", 2, /--port is "99999"/],
    ["--plan=free", 2, /--plan is "free"/],
    ["--faults=no/such/file.json", 2, /--faults is "no\/such\/file\.json"/],
    ["--colour", 2, /unknown flag --colour/],
  ];
for (const [flag, code, pattern] of refusals) {
  Deno.test(`\`deno task simulate\` rejects ${flag}`, async () => {
    const child = spawnTask(flag);
    const { stderr, ...status } = await child.output();
    const errors = new TextDecoder().decode(stderr);
    assertEquals(status.code, code, errors);
    assert(pattern.test(errors), errors);
    assert(errors.includes("Try: deno task simulate --help"));
  });
}

Deno.test("`deno task simulate` names a port in use, exit code 1", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const child = spawnTask(`--port=${listener.addr.port}`);
  const { stderr, code } = await child.output();
  const errors = new TextDecoder().decode(stderr);
  assertEquals(code, 1, errors);
  assert(errors.includes(`cannot listen on 127.0.0.1:${listener.addr.port}`));
  assert(errors.includes("Next: "));
});
