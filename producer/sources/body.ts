/**
 * Reads an HTTP body without trusting its length.
 *
 * @module
 */

/** The body went past its bound. */
export class BodyTooLargeError extends Error {
  /** Its class\'s name. */
  override readonly name = "BodyTooLargeError";
}

/**
 * Reads a body as text, as it streams in, decompressed; what is past the bound
 * is never held in memory.
 *
 * @param limit The bound in bytes, after decompression.
 * @throws {BodyTooLargeError} past the bound; the connection is let go.
 * @throws {TypeError} for bytes that are not UTF-8, or a broken transfer.
 */
export async function readBody(
  response: Response,
  limit: number,
): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > limit) {
      await reader.cancel();
      throw new BodyTooLargeError(`the answer is larger than ${limit} bytes`);
    }
    parts.push(value);
  }
  const bytes = await new Blob(parts).bytes();
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
