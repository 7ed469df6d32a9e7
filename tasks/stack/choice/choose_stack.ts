// Which stack a command works on.

import type { Config } from "../../../producer/config/config.ts";
import { UsageError } from "../../../lib/errors.ts";
import { removeIfExists } from "../../../lib/files.ts";
import { realPorts } from "../../../lib/merge_settings.ts";
import { pathOf, projectDir } from "../../../lib/project.ts";
import {
  type ComposeStack,
  createComposeStack,
} from "../compose/compose_stack.ts";
import { composeSettings } from "../compose_settings.ts";
import { createNativeStack } from "../native/native_stack.ts";
import { type Stack, type StackKind, stackKinds } from "../stack.ts";

const recordUrl = new URL(".state/stack.json", projectDir);
const nativeUrl = new URL(".state/native", projectDir);

export const envPath: string = pathOf(new URL(".env", projectDir));

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

export function recordedKind(): string | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(recordUrl)).kind;
  } catch {
    return undefined;
  }
}

export function recordKind(kind: StackKind): void {
  Deno.mkdirSync(new URL("./", recordUrl), { recursive: true });
  Deno.writeTextFileSync(recordUrl, JSON.stringify({ kind }) + "\n");
}

export async function forgetKind(): Promise<void> {
  await removeIfExists(recordUrl);
}

export function openComposeStack(): ComposeStack {
  return createComposeStack({ settings: composeSettings(realPorts) });
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
