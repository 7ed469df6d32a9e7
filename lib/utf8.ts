// Texts as bytes.

const encoder = new TextEncoder();
/** Large enough for every default record, so that counting allocates nothing. */
const scratch = new Uint8Array(16 * 1024);

/** The length of a text in UTF-8. */
export function utf8Length(text: string): number {
  // No UTF-16 unit takes more than three bytes.
  return 3 * text.length <= scratch.length
    ? encoder.encodeInto(text, scratch).written
    : encoder.encode(text).length;
}
