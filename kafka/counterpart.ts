// Recognises what listens at an address by the bytes that it sends. Pure.

/**
 * What is at an address.
 *
 * - `kafka`: a listener for clients.
 * - `controller`: a KRaft controller's listener, which serves brokers only.
 * - `tls`: something that wants TLS; its protocol inside could not be seen.
 * - `other`: another server, by its name.
 * - `unknown`: a server of an unknown protocol, by its first bytes.
 * - `closed`: it closes connections and sends nothing.
 * - `silent`: it accepts connections and sends nothing.
 * - `unreachable`: it accepts no connections.
 */
export type Counterpart =
  | { readonly kind: "kafka" | "controller"; readonly tls: boolean }
  | { readonly kind: "tls" | "closed" | "silent" }
  | { readonly kind: "other"; readonly name: string }
  | { readonly kind: "unknown"; readonly says: string }
  | { readonly kind: "unreachable"; readonly code: string };

const latin1 = new TextDecoder("latin1");

/** Servers by how their text begins. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/trying to access MongoDB over HTTP/, "a MongoDB server"],
  [/^HTTP\/\d/, "an HTTP server"],
  [/^\s*(?:<!DOCTYPE|<html|<\?xml)/i, "an HTTP server"],
  [/^SSH-/, "an SSH server"],
  [
    /^Zookeeper version|^This ZooKeeper instance|not in the whitelist/,
    "ZooKeeper",
  ],
  [/^E.{4}(?:S|V)(?:FATAL|ERROR|PANIC)|^EFATAL/s, "a PostgreSQL server"],
  [
    /^(?:\+PONG|-(?:ERR|NOAUTH|DENIED|MOVED|LOADING|MASTERDOWN|NOPERM))/,
    "a Redis server",
  ],
  [/^AMQP/, "an AMQP server (RabbitMQ)"],
  [/^INFO \{/, "a NATS server"],
  [/^ERROR\r?\n/, "a memcached server"],
  [/^220[ -].*\b(?:E?SMTP|mail|postfix|exim|sendmail)\b/i, "an SMTP server"],
  [/^220[ -].*FTP/i, "an FTP server"],
  [/^(?:220|421|554)[ -]/, "an SMTP or FTP server"],
  [/^\+OK/, "a POP3 server"],
  [/^\* (?:OK|PREAUTH|BYE)/, "an IMAP server"],
  [/^RFB \d/, "a VNC server"],
];

/** MySQL greets with a packet: length (little-endian), number 0, protocol 10. */
function isMysql(bytes: Uint8Array): boolean {
  const [low = 0, middle = 0, high = 0, number, first] = bytes;
  const length = low | middle << 8 | high << 16;
  if (number !== 0 || length < 5 || length > 1_000) return false;
  if (bytes.length > 4 + length) return false;
  // Or with an error, when it refuses this host.
  return first === 0xff || first === 10 && (bytes[5] ?? 0) > 0x2f &&
      (bytes[5] ?? 0) < 0x3a;
}

/** An HTTP/2 server begins with a SETTINGS frame on stream 0. */
function isHttp2(bytes: Uint8Array): boolean {
  const [high = 1, middle = 1, low = 1, type, , ...stream] = bytes;
  const length = high << 16 | middle << 8 | low;
  return bytes.length >= 9 && type === 4 && length % 6 === 0 && length < 100 &&
    stream.slice(0, 4).every((byte) => byte === 0);
}

/** Whether these bytes begin a TLS alert or handshake. */
export function isTls(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3;
}

/**
 * The server that sends these bytes, of itself or in answer to anything but
 * Kafka's protocol.
 *
 * @returns its name with an article; `undefined` when it is not known.
 */
export function serverOf(bytes: Uint8Array): string | undefined {
  if (isMysql(bytes)) return "a MySQL server";
  if (isHttp2(bytes)) return "an HTTP/2 server";
  const text = latin1.decode(bytes);
  return texts.find(([pattern]) => pattern.test(text))?.[1];
}

/** Kafka's largest request by default, and so the largest response here. */
const maxResponseBytes = 100 * 1024 * 1024;

/** Whether a response can begin with these bytes: its size, big-endian. */
export function canBeKafka(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getInt32(0);
  return size >= 4 && size <= maxResponseBytes;
}

const correlationId = 0x6b61666b;
const apiVersionsKey = 18;
const produceKey = 0;

/** An ApiVersions request, version 0, which every listener answers first. */
export function apiVersionsRequest(): Uint8Array {
  const bytes = new Uint8Array(14);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 10);
  view.setInt16(4, apiVersionsKey);
  view.setInt32(8, correlationId);
  // A client id of null, which every version permits.
  view.setInt16(12, -1);
  return bytes;
}

/**
 * Judges the response to {@linkcode apiVersionsRequest}.
 *
 * @returns `undefined` when it is not one, or not complete.
 */
export function kafkaOf(
  bytes: Uint8Array,
): "kafka" | "controller" | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 14 || view.getInt32(4) !== correlationId) return undefined;
  const size = view.getInt32(0);
  if (bytes.length < 4 + size) return undefined;
  // An error has no keys: the listener speaks the protocol all the same.
  if (view.getInt16(8) !== 0) return "kafka";
  const keys = Array.from(
    { length: Math.min(view.getInt32(10), (size - 10) / 6) },
    (_, index) => view.getInt16(14 + 6 * index),
  );
  return keys.includes(produceKey) ? "kafka" : "controller";
}

/** The beginning of a text, without what a terminal would obey. */
export function excerptOf(bytes: Uint8Array): string {
  const text = latin1.decode(bytes.subarray(0, 200))
    .replaceAll(/[^\x21-\x7e]+/g, " ").trim();
  if (/[A-Za-z]{3}/.test(text)) return JSON.stringify(text.slice(0, 60));
  return `0x${bytes.subarray(0, 16).toHex()}`;
}
