// The producer's command line, for `produce`, the demo, the tests and the
// benchmarks. compose.yaml repeats it.

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
