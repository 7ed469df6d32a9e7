import { assertEquals, assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { runningContainer } from "../../tasks/producer/producer_container.ts";
import type { Run } from "../../tasks/host/run_process.ts";

const says = (code: number, stdout: string): Run => () =>
  Promise.resolve({ code, stdout, stderr: "" });

Deno.test("`runningContainer()` finds the container of this name alone", async () => {
  const look = (run: Run) => runningContainer(run, "crypto-producer");
  assertEquals(await look(says(0, "crypto-producer\n")), "crypto-producer");
  assertEquals(await look(says(0, "")), undefined);
  assertEquals(await look(says(0, "my-crypto-producer\n")), undefined);
  assertEquals(await look(says(1, "")), undefined, "no engine");
  const absent: Run = () => Promise.reject(new Deno.errors.NotFound("docker"));
  assertEquals(await look(absent), undefined, "no Docker");
});

Deno.test("`runningContainer()` takes no answer for none that is known", async () => {
  const hung: Run = (_program, _args, options) =>
    new Promise((resolve) =>
      options?.signal?.addEventListener(
        "abort",
        () => resolve({ code: 143, stdout: "", stderr: "" }),
      )
    );
  const error = await assertRejects(
    () => runningContainer(hung, "crypto-producer", 1),
    CommandError,
    "docker ps does not answer within 0.001 s",
  );
  assertEquals(error.next.includes("--beside"), true);
});
