import { assertRejects } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import type { Run } from "../../tasks/host/run_process.ts";
import { requireFree } from "../../tasks/stack/native/choose_ports.ts";
import { freePort } from "../harness/ports.ts";

/** Finds no process, as for one of which only the last threads are left. */
const findsNothing: Run = () =>
  Promise.reject(new Deno.errors.NotFound("no such program"));

Deno.test("`requireFree()` waits for a port that a killed broker still has, not for another program's", async () => {
  const port = freePort();
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  // Free after it was found taken and without an owner.
  const run: Run = (...args) => {
    listener.close();
    return findsNothing(...args);
  };
  await requireFree(port, { platform: "linux", run });

  using _taken = Deno.listen({ hostname: "127.0.0.1", port });
  await assertRejects(
    () => requireFree(port, { platform: "linux", run: findsNothing }),
    CommandError,
    `port ${port} must be free for Kafka: its owner is a program of another user`,
  );
});
