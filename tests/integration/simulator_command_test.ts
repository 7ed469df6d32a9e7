import { assertEquals, assertStringIncludes } from "@std/assert";
import { start, type StartedProcess } from "../../tasks/host/run_process.ts";
import type { Env } from "../harness/clone.ts";
import { until } from "../harness/until.ts";

/** `deno task simulate` as the leader of its own process group. */
function startTask(
  flag: string,
  onLine?: (line: string) => void,
  env: Env = {},
): StartedProcess {
  const args = ["task", "-q", "simulate", flag];
  return start(Deno.execPath(), args, {
    detached: true,
    env,
    ...onLine && { onLine },
  });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name:
      `\`deno task simulate\` exits with 0 on ${signal} to its process group`,
    ignore: Deno.build.os === "windows",
    async fn() {
      const lines: string[] = [];
      // What a shell has for another server must not move this one.
      const env = { DENO_SERVE_ADDRESS: "tcp:127.0.0.1:1" };
      const child = startTask("--port=0", (line) => lines.push(line), env);
      const isAddress = (line: string) =>
        /^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/.test(line);
      const url = await until("its address", () => lines.find(isAddress));
      const ping = await (await fetch(`${url}/ping`)).json();
      assertEquals(ping.gecko_says[0], "(");
      // As a terminal does: to the whole group, which `deno task` doubles.
      Deno.kill(-child.pid, signal);
      const { code, stderr } = await child.ended;
      assertEquals(code, 0, stderr);
      assertEquals(/Error|\bat file:/.test(stderr), false, stderr);
    },
  });
}

Deno.test("`deno task simulate` rejects a wrong flag, exit code 2", async () => {
  const { code, stderr } = await startTask("--faults=no/such/file.json").ended;
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, '--faults is "no/such/file.json"');
  assertStringIncludes(stderr, "Try: deno task simulate --help");
});

Deno.test("`deno task simulate` names a port in use, exit code 1", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const { code, stderr } = await startTask(`--port=${port}`).ended;
  assertEquals(code, 1, stderr);
  assertStringIncludes(
    stderr,
    `cannot listen on 127.0.0.1:${port}: the port is in use\n` +
      "Next: choose another with --port=NUMBER, or --port=0 for a free one",
  );
});
