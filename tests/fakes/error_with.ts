/** An error like kafkajs's, which are identified by name, type and code. */
export function errorWith(
  parts: Record<string, unknown>,
  message = "boom",
): Error {
  return Object.assign(new Error(message), parts);
}
