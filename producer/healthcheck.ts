// The container's health check: GET `/live` of the producer. Exit code 0 if it
// responds with success, else 1. It needs no package and no configuration.

const address = "http://127.0.0.1:9464/live";

try {
  const response = await fetch(address, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  Deno.exit(response.ok ? 0 : 1);
} catch {
  Deno.exit(1);
}
