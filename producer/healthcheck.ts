/**
 * The container's health check: asks the producer's `/live`. Exit code 0 when
 * it lives, 1 when it does not. It needs no package and no configuration.
 *
 * @module
 */

const address = "http://127.0.0.1:9464/live";

try {
  const response = await fetch(address, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  Deno.exit(response.ok ? 0 : 1);
} catch {
  Deno.exit(1);
}
