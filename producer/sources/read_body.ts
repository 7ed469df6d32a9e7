// Reads an HTTP body up to a limit.

/** The body is larger than its limit. */
export class BodyTooLargeError extends Error {
  /** The class name. */
  override readonly name = "BodyTooLargeError";
}

/**
 * Reads a body as text while it streams in. What exceeds the limit is never
 * held in memory.
 *
 * @param maxBytes The limit, after decompression.
 * @throws {BodyTooLargeError} beyond the limit; the transfer is cancelled.
 * @throws {TypeError} for bytes that are not UTF-8, or a broken transfer.
 */
export async function readBody(
  response: Response,
  maxBytes: number,
): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  for await (const part of parts(response.body)) {
    length += part.byteLength;
    if (length > maxBytes) {
      throw new BodyTooLargeError(
        `the response is larger than ${maxBytes} bytes`,
      );
    }
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

const partBytes = 16 * 1024;

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * The parts of a body, each valid until the next one is requested. They share
 * one buffer: Deno would allocate 64 KiB for each part, and the parts of a
 * compressed body have 4 KiB, so that a body of 4 MiB would take 64 MiB.
 */
async function* parts(body: Body): AsyncGenerator<Uint8Array> {
  const reader = byteReader(body);
  // Not a byte stream: it has buffers of its own.
  if (reader === undefined) return yield* body;
  let buffer = new ArrayBuffer(partBytes);
  let isComplete = false;
  try {
    while (true) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) break;
      yield value;
      buffer = value.buffer;
    }
    isComplete = true;
  } finally {
    if (!isComplete) await reader.cancel().catch(() => {});
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
