/**
 * `deno task test:chaos`: the long form of the tests that hurt.
 *
 * @module
 */

import { type Command, runCommand } from "./cli/command.ts";
import { progress, result } from "./cli/print.ts";
import { chaosTier, runTier } from "./test.ts";

const command: Command = {
  name: "test:chaos",
  help:
    `Kills, pauses, moves and cuts off producer and broker, real processes both,
and compares the topic with what the API served.

Usage: deno task test:chaos [NAME]

  NAME        only tests whose name has this in it, such as "disk"

Each scenario prints the seed of its random choices; the variable CHAOS_SEED
plays them again. Needs Java 17 and Maven; some minutes.`,
  flags: { words: 1 },
  async run(flags) {
    const tier = chaosTier("long");
    const lack = await tier.lacks();
    if (lack !== undefined) {
      progress(`test:chaos needs ${lack}, which is not installed`);
      return 1;
    }
    const name = flags.words[0];
    const args = name === undefined
      ? tier.args
      : [`--filter=${name}`, ...tier.args];
    progress(`CHAOS_SEED=${tier.env?.CHAOS_SEED}`);
    const { passed, failed, code } = await runTier({ ...tier, args });
    if (code === 0 && passed === 0) {
      progress(`test:chaos: no test has "${name}" in its name`);
      return 2;
    }
    result(`${passed} passed, ${failed} failed`);
    return code;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
