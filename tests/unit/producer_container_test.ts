import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { isContainerRunning } from "../../tasks/producer/producer_container.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import type { Run } from "../../tasks/host/run_process.ts";

function prints(code: number, stdout: string): Run {
  return () => Promise.resolve({ code, stdout, stderr: "" });
}

Deno.test("`isContainerRunning()` matches the whole name", async () => {
  const isRunning = (run: Run) =>
    isContainerRunning(createDocker({ run }), "crypto-producer");
  assertEquals(await isRunning(prints(0, "crypto-producer\n")), true);
  assertEquals(await isRunning(prints(0, "")), false);
  assertEquals(await isRunning(prints(0, "my-crypto-producer\n")), false);
  assertEquals(await isRunning(prints(1, "")), false, "no engine");
  const missing: Run = () => Promise.reject(new Deno.errors.NotFound("docker"));
  assertEquals(await isRunning(missing), false, "no Docker");
});

Deno.test("`isContainerRunning()` fails where Docker does not respond", async () => {
  const hung: Run = (_program, _args, options) =>
    new Promise((resolve) =>
      options?.signal?.addEventListener(
        "abort",
        () => resolve({ code: 143, stdout: "", stderr: "" }),
      )
    );
  const error = await assertRejects(
    () => isContainerRunning(createDocker({ run: hung }), "crypto-producer", 1),
    CommandError,
    "docker ps did not respond within 0.001 s",
  );
  assertEquals(error.next.includes("--beside"), true);
});
