/**
 * Kafka's Metadata request, version 1, as bytes: the smallest question that
 * makes a broker say how it wants to be reached. Source of the layout: the
 * protocol guide on kafka.apache.org.
 *
 * @module
 */

/** A host and a port. */
export interface Endpoint {
  /** The host's name. */
  readonly host: string;
  /** The port. */
  readonly port: number;
}

const metadataKey = 3;
const version = 1;

/** The request, its size in front; it asks for brokers and for no topic. */
export function encodeRequest(correlation: number, client: string): Uint8Array {
  const name = new TextEncoder().encode(client);
  const body = 2 + 2 + 4 + 2 + name.length + 4;
  const bytes = new Uint8Array(4 + body);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, body);
  view.setInt16(4, metadataKey);
  view.setInt16(6, version);
  view.setInt32(8, correlation);
  view.setInt16(12, name.length);
  bytes.set(name, 14);
  view.setInt32(14 + name.length, 0);
  return bytes;
}

/**
 * The brokers of an answer.
 *
 * @param bytes The answer without its size.
 * @throws {Error} for an answer to another request, or one that is cut short.
 */
export function decodeBrokers(
  bytes: Uint8Array,
  correlation: number,
): Endpoint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getInt32(0) !== correlation) {
    throw new Error("what listens there does not speak Kafka's protocol");
  }
  let at = 8;
  const text = () => {
    const length = view.getInt16(at);
    at += 2;
    if (length < 0) return "";
    const end = at + length;
    const found = new TextDecoder().decode(bytes.subarray(at, end));
    at = end;
    return found;
  };
  const number = () => {
    at += 4;
    return view.getInt32(at - 4);
  };
  return Array.from({ length: view.getInt32(4) }, () => {
    number();
    const host = text();
    const port = number();
    text();
    return { host, port };
  });
}
