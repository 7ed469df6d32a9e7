// `deno task docs`: writes the generated parts of the documentation.

import { projectDir } from "../lib/project.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { result } from "./cli/print.ts";
import { generatedParts } from "./docs/generated_parts.ts";
import { withPart } from "./docs/markdown.ts";

const command: Command = {
  name: "docs",
  help: `Writes the generated parts of docs/: settings and troubleshooting.

Usage: deno task docs [--check]

  --check  write nothing; exit code 1 when a page is out of date`,
  flags: { boolean: ["check"] },
  async run(flags) {
    const isCheck = flags.has("check");
    const stale: string[] = [];
    for (const [page, parts] of Map.groupBy(generatedParts, (it) => it.page)) {
      const url = new URL(page, projectDir);
      const before = await Deno.readTextFile(url);
      const after = parts.reduce(
        (text, part) => withPart(text, part.name, part.text),
        before,
      );
      if (after === before) continue;
      stale.push(page);
      if (!isCheck) await Deno.writeTextFile(url, after);
    }
    for (const page of stale) {
      result(isCheck ? `out of date: ${page}` : `written: ${page}`);
    }
    if (stale.length === 0) result("The documentation is up to date.");
    return isCheck && stale.length > 0 ? 1 : 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
