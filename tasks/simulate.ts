/**
 * `deno task simulate`: a local CoinGecko.
 *
 * @module
 */

import { UsageError } from "../producer/errors.ts";
import { listenForStop } from "../producer/stop.ts";
import { type Command, runCommand } from "./command.ts";
import { progress, result } from "./output.ts";
import { parseFaults } from "./simulate/faults.ts";
import { simulatorOptions, startSimulator } from "./simulate/server.ts";

function readFaults(path: string | undefined) {
  if (path === undefined) return [];
  try {
    return parseFaults(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--faults is "${path}": the file cannot be read`);
  }
}

const command: Command = {
  name: "simulate",
  help: `A local CoinGecko: its paths, caching, rate limit, errors, and faults.

Usage: deno task simulate [--port=8787] [--seed=1] [--cache-seconds=60]
         [--rate-limit=30] [--plan=keyless|demo|pro] [--key=KEY]
         [--faults=FILE]

  --port           0 for any free one
  --seed           the same seed gives the same prices at the same time
  --cache-seconds  how long a price stays, as the real cache does
  --rate-limit     calls in a minute, all counted; 0 for no limit
  --faults         a JSON list of faults, e.g. [{"kind":"reset","times":2}];
                   also POST it to /control/faults while it runs. Kinds: delay,
                   status, body, truncate, trickle, endless, reset, hang

GET /control/served lists what was served.`,
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
    const options = simulatorOptions((name) => flags.value(name));
    const faults = readFaults(flags.value("faults"));
    const stop = listenForStop(() => Deno.exit(130));
    await using simulator = await startSimulator({ ...options, faults });
    result(simulator.url);
    progress("Simulated prices are served there until Ctrl-C. Try them:");
    progress(
      `COINGECKO_API_URL=${simulator.url} \\\n` +
        "  SOURCE_SYSTEM=coingecko_simulator deno task produce",
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    stop.addEventListener("abort", () => resolve());
    await promise;
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
