import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { isContainerRunning } from "../../tasks/producer/producer_container.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import type { Run } from "../../tasks/host/run_process.ts";

const says = (code: number, stdout: string): Run => () =>
  Promise.resolve({ code, stdout, stderr: "" });

Deno.test("`isContainerRunning()` matches the whole name", async () => {
  const look = (run: Run) =>
    isContainerRunning(createDocker({ run }), "crypto-producer");
  assertEquals(await look(says(0, "crypto-producer\n")), true);
  assertEquals(await look(says(0, "")), false);
  assertEquals(await look(says(0, "my-crypto-producer\n")), false);
  assertEquals(await look(says(1, "")), false, "no engine");
  const absent: Run = () => Promise.reject(new Deno.errors.NotFound("docker"));
  assertEquals(await look(absent), false, "no Docker");
});

Deno.test("`isContainerRunning()` fails where Docker does not answer", async () => {
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
