/**
 * How late a plain timer is on this machine: slots of a fixed phase, with no
 * work in them.
 *
 * @module
 */

import { print } from "./client.ts";

const [count, everyMs] = Deno.args.map(Number);
const late: number[] = [];
const begun = performance.now();
for (let slot = 1; slot <= (count ?? 0); slot++) {
  const due = begun + slot * (everyMs ?? 0);
  for (let wait; (wait = due - performance.now()) > 0;) {
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  late.push(performance.now() - due);
}
print({ late });
