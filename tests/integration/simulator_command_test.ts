import { assert, assertEquals, assertStringIncludes } from "@std/assert";

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

async function failure(flag: string): Promise<[code: number, text: string]> {
  const { code, stderr } = await spawnTask(flag).output();
  return [code, new TextDecoder().decode(stderr)];
}

Deno.test("`deno task simulate` rejects a wrong flag, exit code 2", async () => {
  const [code, errors] = await failure("--faults=no/such/file.json");
  assertEquals(code, 2, errors);
  assertStringIncludes(errors, '--faults is "no/such/file.json"');
  assertStringIncludes(errors, "Try: deno task simulate --help");
});

Deno.test("`deno task simulate` names a port in use, exit code 1", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [code, errors] = await failure(`--port=${port}`);
  assertEquals(code, 1, errors);
  assertStringIncludes(errors, `cannot listen on 127.0.0.1:${port}`);
  assertStringIncludes(errors, "Next: ");
});
