// `deno task destroy`: removes the stack and its data, after confirmation.

import { UsageError } from "../lib/errors.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { readStack } from "./stack/choice/choose_stack.ts";
import { readConfig } from "./cli/read_config.ts";
import { progress, result } from "./cli/print.ts";
import { envPath, forgetKind } from "./stack/choice/choose_stack.ts";
import { keepInEnv } from "./stack/env_file.ts";

function confirmed(): boolean {
  if (!Deno.stdin.isTerminal()) {
    throw new UsageError("no terminal to confirm on: add --yes");
  }
  const answer = prompt("Remove the stack and ALL its records? Type yes:");
  return answer?.trim().toLowerCase() === "yes";
}

const command: Command = {
  name: "destroy",
  help: `Stops the stack and removes all its data, after confirmation.

Usage: deno task destroy [--yes] [--stack=native|compose]

  --yes  without confirmation`,
  flags: { boolean: ["yes"], string: ["stack"] },
  async run(flags) {
    const stack = readStack(readConfig(), flags.value("stack"));
    if (!flags.has("yes") && !confirmed()) {
      result("Nothing was removed.");
      return 1;
    }
    const removed = await stack.destroy(progress);
    keepInEnv(envPath, {});
    await forgetKind();
    result(
      removed ? "Removed, data included." : "There was nothing to remove.",
    );
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
