/**
 * `deno task docs`: the generated parts of README.md, written anew.
 *
 * @module
 */

import { projectDir } from "../lib/project.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { result } from "./cli/print.ts";
import { symptoms } from "./diagnosis/diagnose.ts";
import { troubleshootingTable, withTable } from "./diagnosis/symptom_table.ts";

const readmeUrl = new URL("README.md", projectDir);

const command: Command = {
  name: "docs",
  help: `Writes the generated parts of README.md: the troubleshooting table.

Usage: deno task docs`,
  flags: {},
  async run() {
    const before = await Deno.readTextFile(readmeUrl);
    const after = withTable(before, troubleshootingTable(symptoms));
    if (after !== before) await Deno.writeTextFile(readmeUrl, after);
    result(after === before ? "README.md is as it should be." : "Written.");
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
