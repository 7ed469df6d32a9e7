import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { isContainerRunning } from "../../tasks/producer/producer_container.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import type { Run } from "../../tasks/host/run_process.ts";
import { hangs, isMissing, prints } from "../fakes/programs.ts";

Deno.test("`isContainerRunning()` matches the whole name", async () => {
  const isRunning = (run: Run) =>
    isContainerRunning(createDocker({ run }), "crypto-producer");
  assertEquals(await isRunning(prints(0, "crypto-producer\n")), true);
  assertEquals(await isRunning(prints(0, "")), false);
  assertEquals(await isRunning(prints(0, "my-crypto-producer\n")), false);
  assertEquals(await isRunning(prints(1, "")), false, "no engine");
  assertEquals(await isRunning(isMissing), false, "no Docker");
});

Deno.test("`isContainerRunning()` fails where Docker does not respond", async () => {
  const docker = createDocker({ run: hangs });
  const error = await assertRejects(
    () => isContainerRunning(docker, "crypto-producer", 1),
    CommandError,
    "docker ps did not respond within 0.001 s",
  );
  assertEquals(error.next.includes("--beside"), true);
});
