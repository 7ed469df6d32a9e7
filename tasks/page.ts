// `deno task page`: the lake's page, over a lake that another process writes.

import { listenForStop } from "../lib/stop_signals.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { isLakeInContainer } from "./lake/lake_place.ts";
import { showContainersPage, showPage } from "./lake/show_page.ts";

const command: Command = {
  name: "page",
  help: `Serves the lake's page: live prices, candles, time travel and the
health of the whole chain, until Ctrl-C. It reads the lake in LAKE_DIR. After
deno task setup --lake it prints where the lake's container serves it.

Usage: deno task page [--port=N] [--open]

  --port=N  port on 127.0.0.1 (default 9466)
  --open    open it in the browser too

deno task lake run serves the same page at LAKE_ADDRESS: where one runs for
this lake, its address is printed and nothing is started. Exits with 0 then.`,
  flags: { boolean: ["open"], string: ["port"] },
  run: (flags) => {
    if (isLakeInContainer()) return showContainersPage(flags.has("open"));
    const stop = listenForStop(() => Deno.exit(130));
    return showPage(flags.value("port"), flags.has("open"), stop);
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
