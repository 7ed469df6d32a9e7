// kafkajs wraps errors in errors: a cause, or one error for each topic.

/** An error and everything behind it, from the outside in. */
export function* chainOf(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 10) return;
  yield error;
  yield* chainOf(error.cause, depth + 1);
  if (!("errors" in error) || !Array.isArray(error.errors)) return;
  for (const inner of error.errors) yield* chainOf(inner, depth + 1);
}

/**
 * Kafka's name of the outermost error code in a chain, as in
 * `TOPIC_AUTHORIZATION_FAILED`; `undefined` when no broker sent one.
 */
export function errorTypeOf(error: unknown): string | undefined {
  for (const link of chainOf(error)) {
    if ("type" in link && typeof link.type === "string") return link.type;
  }
  return undefined;
}
