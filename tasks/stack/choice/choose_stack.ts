// Which stack a command works on.

import type { Config } from "../../../producer/config/config.ts";
import { UsageError } from "../../../lib/errors.ts";
import { ifExists, readText, replaceText } from "../../../lib/files.ts";
import { realPorts } from "../../../lib/merge_settings.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import {
  type ComposeStack,
  createComposeStack,
} from "../compose/compose_stack.ts";
import { composeSettings } from "../compose_settings.ts";
import { keepInEnv, markedOf } from "../env_file.ts";
import { createNativeStack } from "../native/native_stack.ts";
import { type Stack, type StackKind, stackKinds } from "../stack.ts";
import {
  formatStackRecord,
  parseStackRecord,
  type StackRecord,
  variablesOf,
} from "../stack_record.ts";

const recordUrl = new URL(".state/stack.json", projectDir);
const nativeUrl = new URL(".state/native", projectDir);

const envPath: string = pathOf(new URL(".env", projectDir));

/** The kind that was asked for, else the recorded one, else `compose`. */
export function chooseKind(
  asked: string | undefined,
  recorded: string | undefined,
): StackKind {
  const word = asked ?? recorded ?? "compose";
  const kind = stackKinds.find((known) => known === word);
  if (kind !== undefined) return kind;
  throw new UsageError(
    `--stack is "${word}": expected ${stackKinds.join(" or ")}`,
  );
}

export function readStackRecord(): StackRecord {
  const marked = markedOf(readText(envPath) ?? "");
  return parseStackRecord(readText(recordUrl), marked);
}

export function recordedKind(): string | undefined {
  return readStackRecord().kind;
}

/** Writes the record, and its variables to `.env`. */
export function writeStackRecord(record: StackRecord): void {
  keepInEnv(envPath, variablesOf(record));
  const text = formatStackRecord(record);
  if (text === undefined) return ifExists(() => Deno.removeSync(recordUrl));
  Deno.mkdirSync(new URL("./", recordUrl), { recursive: true });
  replaceText(recordUrl, text);
}

export function openComposeStack(network?: string): ComposeStack {
  const settings = composeSettings(realPorts);
  return createComposeStack({
    settings,
    ...network === undefined ? {} : { network },
  });
}

export function openStack(kind: StackKind, hostPort: number): Stack {
  return kind === "native"
    ? createNativeStack({ stateDir: pathOf(nativeUrl), port: hostPort })
    : openComposeStack();
}

/** The stack that a command works on; `asked` is the value of `--stack`. */
export function readStack(config: Config, asked?: string): Stack {
  return openStack(chooseKind(asked, recordedKind()), config.hostPort);
}
