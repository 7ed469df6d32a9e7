// A child process of `extensions.ts`: `install DIR` gets the extensions from
// DuckDB's site, `load DIR` proves DuckDB's signature of what is there. A
// process of its own can be ended when the network swallows a request.

import { messageOf } from "../../lib/errors.ts";
import { writeLine } from "../../lib/output.ts";
import { Database } from "./duckdb.ts";
import { extensionNames } from "./extension_platforms.ts";

if (import.meta.main) {
  const [verb, directory = ""] = Deno.args;
  const database = await Database.open({
    extension_directory: directory,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_unsigned_extensions: "false",
  });
  try {
    for (const name of extensionNames) {
      await database.run(
        verb === "install" ? `INSTALL ${name}` : `LOAD ${name}`,
      );
    }
  } catch (error) {
    const message = messageOf(error);
    // DuckDB's page about it repeats the reason at its end, in brackets.
    const reason = /\(ERROR (.*)\)$/.exec(message)?.[1] ?? message;
    writeLine(Deno.stderr, reason);
    Deno.exitCode = 1;
  } finally {
    database.close();
  }
}
