// The lateness of a plain timer on this machine: slots of a fixed phase, without
// work.

import { print } from "./client.ts";

const [count, intervalMs] = Deno.args.map(Number);
const late: number[] = [];
const begun = performance.now();
for (let slot = 1; slot <= (count ?? 0); slot++) {
  const due = begun + slot * (intervalMs ?? 0);
  for (let wait; (wait = due - performance.now()) > 0;) {
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  late.push(performance.now() - due);
}
print({ late });
