// The keys of a configuration, checked once before anything connects.

import { messageOf, UsageError } from "../lib/errors.ts";
import type { ReadText } from "../lib/secret.ts";
import type { KafkaAccess } from "./access.ts";
import type { KafkaKeys } from "./credentials.ts";

/**
 * The keys for the brokers. Each file is read once, to see that it is usable.
 *
 * @param readText Reads a file; `undefined` for a missing one.
 * @returns `undefined` for plaintext connections without a user.
 * @throws {UsageError} that names the setting, the file and the problem.
 */
export async function openKeys(
  access: KafkaAccess,
  readText: ReadText,
): Promise<KafkaKeys | undefined> {
  if (access.tls === undefined && access.sasl === undefined) return undefined;
  // Imported lazily: it costs 22 ms, most of it for node:crypto.
  const { kafkaKeys, tryKeys } = await import("./credentials.ts");
  const keys = kafkaKeys(access, readText);
  try {
    tryKeys(keys);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
  return keys;
}
