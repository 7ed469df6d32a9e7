import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { createDocker, isTimeout } from "../../tasks/docker/docker.ts";
import type { RunOptions } from "../../tasks/host/run_process.ts";
import { hangs, isMissing, prints } from "../fakes/programs.ts";

Deno.test("`Docker.output()` returns what docker printed", async () => {
  const docker = createDocker({ run: prints(0, "a\n") });
  assertEquals(await docker.output(["ps"]), "a\n");
});

Deno.test("`Docker.output()` throws the diagnosis of a failure", async () => {
  const stderr = "Error response from daemon: network lake not found\n";
  const docker = createDocker({ run: prints(1, "", stderr) });
  assertEquals((await docker.run(["network", "inspect", "lake"])).code, 1);
  await assertRejects(
    () => docker.output(["network", "inspect", "lake"]),
    CommandError,
    "docker network inspect failed: the network",
  );
  const unknown = createDocker({ run: prints(1, "", "Error: no idea\n") });
  await assertRejects(
    () => unknown.output(["ps"]),
    CommandError,
    "docker ps failed: Error: no idea",
  );
});

Deno.test("`Docker.run()` reports a docker that is not installed", async () => {
  const docker = createDocker({ run: isMissing });
  const error = await assertRejects(
    () => docker.run(["ps"]),
    CommandError,
    "docker not found in PATH",
  );
  assertEquals(isTimeout(error), false);
});

Deno.test("`Docker.run()` ends a call to an engine that hangs", async () => {
  const docker = createDocker({ run: hangs });
  const error = await assertRejects(
    () => docker.run(["info"], { timeoutMs: 1 }),
    CommandError,
    "docker info did not respond within 0.001 s",
  );
  assertEquals(isTimeout(error), true);
});

Deno.test("`Docker.run()` passes folder, variables and streams on", async () => {
  let seen: RunOptions | undefined;
  const docker = createDocker({
    run(_program, _args, options) {
      seen = options;
      return Promise.resolve({ code: 0, stdout: "", stderr: "" });
    },
    cwd: "/project",
    env: { COMPOSE_PROJECT_NAME: "p" },
  });
  await docker.run(["compose", "logs"], {
    output: "inherit",
    timeoutMs: Infinity,
  });
  assertEquals([seen?.output, seen?.cwd], ["inherit", "/project"]);
  assertEquals(seen?.env, { COMPOSE_PROJECT_NAME: "p" });
  assertEquals(seen?.signal?.aborted, false);
});
