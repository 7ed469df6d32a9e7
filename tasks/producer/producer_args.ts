// The producer's command line, for `produce`, the demo, the tests and the
// benchmarks. compose.yaml repeats it.

import {
  given,
  mergeSettings,
  type SettingsPorts,
} from "../../lib/merge_settings.ts";

/**
 * Variables that Deno itself reads before the producer can read `.env`: the CA
 * certificates that it trusts. Blank ones, which Deno refuses, are removed.
 */
export function trustVariables(
  ports: SettingsPorts,
): Record<string, string | undefined> {
  let read;
  try {
    read = mergeSettings(ports);
  } catch {
    // The producer reports a `.env` that cannot be read.
    return {};
  }
  return {
    DENO_CERT: given(read("DENO_CERT")),
    DENO_TLS_CA_STORE: given(read("DENO_TLS_CA_STORE")),
  };
}

/**
 * Arguments of `deno`. The flag bounds V8's young generation: with its default
 * of 16 MiB per half-space, 200,000 waiting records drain at a peak of 186 MB
 * instead of 133 MB, no faster.
 */
export const producerArgs: readonly string[] = [
  "run",
  "-q",
  "--node-modules-dir=manual",
  "--v8-flags=--max-semi-space-size=8",
  "-P=producer",
  "producer/main.ts",
];
