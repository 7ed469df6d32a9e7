// `deno task stop`: stops the stack and keeps its data.

import { type Command, runCommand } from "./cli/command.ts";
import { readStack } from "./stack/choice/choose_stack.ts";
import { readConfig } from "./cli/read_config.ts";
import { progress, result } from "./cli/print.ts";

const command: Command = {
  name: "stop",
  help: `Stops the stack gracefully. All data is kept.

Usage: deno task stop [--stack=native|compose]`,
  flags: { string: ["stack"] },
  async run(flags) {
    const stack = readStack(readConfig(), flags.value("stack"));
    const ran = await stack.stop(progress);
    result(ran ? "Stopped; all data is kept." : "Nothing was running.");
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
