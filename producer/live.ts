/**
 * The container's health check: asks `/live` and ends with 0 or 1. It imports
 * nothing, since it is started again and again.
 *
 * @module
 */

const answer = await fetch("http://127.0.0.1:9464/live").catch(() => undefined);
Deno.exit(answer?.ok ? 0 : 1);
