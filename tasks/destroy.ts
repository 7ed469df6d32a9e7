// `deno task destroy`: removes the stack and its data, after confirmation.

import { UsageError } from "../lib/errors.ts";
import { type Command, runCommand } from "./cli/command.ts";
import {
  readStack,
  readStackRecord,
  writeStackRecord,
} from "./stack/choice/choose_stack.ts";
import { readConfig } from "./cli/read_config.ts";
import { progress, result } from "./cli/print.ts";
import type { Stack } from "./stack/stack.ts";
import {
  type StackRecord,
  variablesOf,
  withoutStack,
} from "./stack/stack_record.ts";

/** Lists what would be removed; `false` when that is nothing. */
async function list(
  stack: Stack,
  before: StackRecord,
  after: StackRecord,
): Promise<boolean> {
  const { removed, kept } = await stack.belongings();
  const left = variablesOf(after);
  const lines = Object.entries(variablesOf(before))
    .filter(([name, value]) => left[name] !== value).map(([name]) => name);
  const all = lines.length === 0
    ? removed
    : [...removed, `.env       what setup wrote: ${lines.join(", ")}`];
  if (all.length > 0) progress(`To be removed (${stack.kind} stack):`);
  for (const line of all) progress(`  ${line}`);
  if (kept.length > 0) progress("To be kept:");
  for (const line of kept) progress(`  ${line}`);
  return all.length > 0;
}

function confirmed(): boolean {
  const answer = prompt("Remove all of this, the records included? Type yes:");
  return answer?.trim().toLowerCase() === "yes";
}

const command: Command = {
  name: "destroy",
  help: `Stops the stack and removes all its data, after confirmation.

Usage: deno task destroy [--yes] [--stack=native|compose]

  --yes  without confirmation

Lists first what it removes: only what carries this project's labels. A stack of
the other kind is left alone.`,
  flags: { boolean: ["yes"], string: ["stack"] },
  async run(flags) {
    const stack = readStack(readConfig(), flags.value("stack"));
    const before = readStackRecord();
    const after = withoutStack(before, stack.kind);
    const isUnanswered = !flags.has("yes") && !Deno.stdin.isTerminal();
    if (isUnanswered) {
      // The list is all that such a call can give: an engine may be off.
      await list(stack, before, after).catch(() => {});
      throw new UsageError("no terminal to confirm on: add --yes");
    }
    const isAny = await list(stack, before, after);
    if (isAny && !flags.has("yes") && !confirmed()) {
      result("Nothing was removed.");
      return 1;
    }
    const removed = await stack.destroy(progress);
    writeStackRecord(after);
    result(
      removed || isAny
        ? "Removed, data included."
        : "There was nothing to remove.",
    );
    return 0;
  },
};

if (import.meta.main) Deno.exit(await runCommand(command, Deno.args));
