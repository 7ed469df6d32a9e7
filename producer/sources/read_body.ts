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
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  for await (const part of parts(response.body)) {
    length += part.byteLength;
    if (length > limit) {
      throw new BodyTooLargeError(`the answer is larger than ${limit} bytes`);
    }
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

const partBytes = 16 * 1024;

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * The parts of a body, each good until the next one is asked for. They share
 * one buffer: Deno would make one of 64 KiB for each part, and the parts of a
 * compressed body have 4 KiB, so that 4 MiB of it would take 64.
 */
async function* parts(body: Body): AsyncGenerator<Uint8Array> {
  const reader = byteReader(body);
  // Not a stream of bytes: somebody's own, with buffers of its own.
  if (reader === undefined) return yield* body;
  let buffer = new ArrayBuffer(partBytes);
  let isWhole = false;
  try {
    while (true) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) break;
      yield value;
      buffer = value.buffer;
    }
    isWhole = true;
  } finally {
    if (!isWhole) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

function byteReader(body: Body): ReadableStreamBYOBReader | undefined {
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}
