// `deno task simulate`: a local CoinGecko.

import { listenForStop } from "../lib/stop_signals.ts";
import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { parseOptions } from "./simulator/simulator_options.ts";
import { startSimulator } from "./simulator/simulator_server.ts";

const command: Command = {
  name: "simulate",
  help: `A local CoinGecko: its paths, caching, rate limit, errors, and faults.

Usage: deno task simulate [--port=8787] [--seed=TEXT] [--cache-seconds=60]
         [--rate-limit=30] [--plan=keyless|demo|pro] [--key=KEY,...]
         [--faults=FILE]

  --port           port on 127.0.0.1; 0 for a free one
  --seed           equal seeds give equal prices at equal times
  --cache-seconds  how long prices are cached
  --rate-limit     requests per minute, all counted; 0 for no limit
  --plan           the plan whose key rules apply
  --key            the accepted keys (default: any key of the plan)
  --faults         file with a JSON list of faults for the next requests, such
                   as [{"kind":"status","status":500,"times":3}]

While it runs: GET, POST (a JSON list) or DELETE /control/faults, and
GET /control/requests for the served requests. A fault has kind, and may have
path ("/simple/price"), times (1, or "forever") and after (0). Kinds:
  delay ms | status status body headers | body body contentType |
  truncate bytes | trickle bytesPerSecond | endless bytes gzip | reset | hang

Exit code 0: ended by Ctrl-C. 1: the port is in use. 2: wrong flags.`,
  flags: {
    string: [
      "port",
      "seed",
      "cache-seconds",
      "rate-limit",
      "plan",
      "key",
      "faults",
    ],
  },
  async run(flags) {
    // It would move the simulator, whatever address that asks for.
    Deno.env.delete("DENO_SERVE_ADDRESS");
    const options = parseOptions(
      (name) => flags.value(name),
      Deno.readTextFileSync,
    );
    const stopped = new Promise((resolve) => {
      listenForStop(() => Deno.exit(130)).addEventListener("abort", resolve);
    });
    await using simulator = await startSimulator(options);
    result(simulator.url);
    result(
      `COINGECKO_API_URL=${simulator.url} SOURCE_SYSTEM=coingecko_simulator ` +
        "deno task produce",
    );
    progress(
      "Prices are simulated. The second line starts a producer; Ctrl-C stops.",
    );
    await stopped;
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
