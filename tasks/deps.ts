/**
 * `deno task deps`: the packages, installed. Where JSR cannot be reached the
 * stand-ins of `offline/` take the place of the three @std packages. It may
 * not import a package itself, and speaks on stderr only.
 *
 * @module
 */

import { oldDeno } from "./deps/version.ts";

const problem = oldDeno(Deno.version.deno);
if (problem !== undefined) {
  // A plain write: the rest may be syntax that an old Deno does not know.
  Deno.stderr.writeSync(new TextEncoder().encode(problem + "\n"));
  Deno.exit(1);
}
const { runDeps } = await import("./deps/run_deps.ts");
Deno.exit(await runDeps(Deno.args));
