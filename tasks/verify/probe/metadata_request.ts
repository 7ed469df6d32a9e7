// Kafka's Metadata request, version 1, as bytes: the smallest request to which
// a broker responds with its advertised addresses. The layout is that of the
// protocol guide on kafka.apache.org.

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const metadataKey = 3;
const version = 1;

/** The request with its size prefix; it asks for brokers and no topics. */
export function encodeRequest(
  correlationId: number,
  clientId: string,
): Uint8Array {
  const name = new TextEncoder().encode(clientId);
  const body = 2 + 2 + 4 + 2 + name.length + 4;
  const bytes = new Uint8Array(4 + body);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, body);
  view.setInt16(4, metadataKey);
  view.setInt16(6, version);
  view.setInt32(8, correlationId);
  view.setInt16(12, name.length);
  bytes.set(name, 14);
  view.setInt32(14 + name.length, 0);
  return bytes;
}

/** The brokers of a response without its size prefix. */
export function decodeBrokers(
  bytes: Uint8Array,
  correlationId: number,
): Endpoint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getInt32(0) !== correlationId) {
    throw new Error("the server there does not use the Kafka protocol");
  }
  let at = 8;
  function readInt(): number {
    at += 4;
    return view.getInt32(at - 4);
  }
  function readText(): string {
    const length = view.getInt16(at);
    at += 2;
    if (length < 0) return "";
    const start = at;
    at += length;
    return new TextDecoder().decode(bytes.subarray(start, at));
  }
  return Array.from({ length: view.getInt32(4) }, () => {
    readInt(); // The broker's id.
    const host = readText();
    const port = readInt();
    readText(); // Its rack.
    return { host, port };
  });
}
