// Texts as bytes.

import { isUtf8 } from "node:buffer";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Large enough for every default record, so that counting allocates nothing. */
const scratch = new Uint8Array(16 * 1024);

/** The length of a text in UTF-8. */
export function utf8Length(text: string): number {
  // No UTF-16 unit takes more than three bytes.
  return 3 * text.length <= scratch.length
    ? encoder.encodeInto(text, scratch).written
    : encoder.encode(text).length;
}

/** A text in UTF-8. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of bytes, with its byte order mark; `undefined` if they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? decoder.decode(bytes) : undefined;
}
