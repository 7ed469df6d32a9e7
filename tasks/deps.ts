// `deno task deps`: installs the packages, so it may not import one itself.
// It writes to stderr only, since other tasks run it first.

import { oldDeno } from "./deps/deno_version.ts";

const problem = oldDeno(Deno.version.deno);
if (problem !== undefined) {
  // Imported later: an old Deno may not even parse the rest.
  Deno.stderr.writeSync(new TextEncoder().encode(problem + "\n"));
  Deno.exit(1);
}
const { runDeps } = await import("./deps/run_deps.ts");
const registry = Deno.env.get("JSR_URL") || "https://jsr.io/";
Deno.exit(await runDeps(Deno.args, registry));
