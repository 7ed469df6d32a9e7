// `deno task logs`: shows the logs of the stack's services.

import { listenForStop } from "../lib/stop_signals.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { readStack } from "./stack/choice/choose_stack.ts";
import { readConfig } from "./cli/read_config.ts";

const command: Command = {
  name: "logs",
  help: `Shows the stack's last log lines.

Usage: deno task logs [SERVICE] [-f|--follow] [--stack=native|compose]

  -f, --follow  keep printing new lines, until Ctrl-C`,
  flags: {
    boolean: ["follow"],
    string: ["stack"],
    alias: { f: "follow" },
    words: 1,
  },
  async run(flags) {
    const stack = readStack(readConfig(), flags.value("stack"));
    const stop = listenForStop(() => Deno.exit(130));
    await stack.logs(flags.words[0], flags.has("follow"), stop);
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
