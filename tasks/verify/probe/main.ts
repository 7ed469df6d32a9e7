// Runs in a short-lived container on the stack's network: asks each listener
// named on its command line and prints the answers as one line of JSON.

import { askListener, timeoutMs } from "./ask_listener.ts";

// A name that does not resolve must not keep the container running.
setTimeout(() => Deno.exit(1), 2 * timeoutMs);
const answers = await Promise.all(Deno.args.map(askListener));
const line = JSON.stringify(answers) + "\n";
Deno.stdout.writeSync(new TextEncoder().encode(line));
Deno.exit(0);
