// Finds out what listens at an address where Kafka was expected: asks in several
// protocols, each over a connection of its own. Loaded after a failure only.

import { type Address, formatAddress } from "../lib/address.ts";
import {
  apiVersionsRequest,
  type Counterpart,
  excerptOf,
  isTls,
  kafkaOf,
  serverOf,
} from "./counterpart.ts";

/** What came back over one connection. */
export interface Heard {
  /** All that was received. */
  readonly bytes: Uint8Array;
  /** `done` when `enough` was satisfied; else how it ended. */
  readonly end: "done" | "closed" | "silent" | "unreachable";
  /** Node's name of the error, as in `ECONNREFUSED`; else empty. */
  readonly code: string;
}

/** One connection: what to send, and what to wait for. */
export interface Exchange {
  /** Whether to use TLS, with any certificate. */
  readonly tls: boolean;
  /** Sent once the connection is open. */
  readonly send: Uint8Array;
  /** Ends the wait early. */
  readonly enough: (bytes: Uint8Array) => boolean;
  /** How long it takes at most, in milliseconds. */
  readonly timeoutMs: number;
}

/** Opens a connection, sends, waits, closes. Never rejects. */
export type RunExchange = (plan: Exchange) => Promise<Heard>;

/** A listener answers ApiVersions before anything else, and at once. */
const kafkaTimeoutMs = 800;
const othersTimeoutMs = 1_200;

const utf8 = new TextEncoder();

/** PostgreSQL's SSLRequest, answered by one letter: S or N. */
const sslRequest = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);

function httpRequest(address: Address): Uint8Array {
  const host = formatAddress(address);
  return utf8.encode(
    `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
  );
}

/** TLS 1.2's ClientHello, by hand: Deno's TLS hides a server's bytes. */
function clientHello(): Uint8Array {
  const suites = [0xc02f, 0xc030, 0xc02b, 0xc02c, 0x009c, 0x002f];
  // Groups and signatures, without which a server would end it with an alert.
  const extensions = [
    ...[0, 10, 0, 6, 0, 4, 0, 29, 0, 23],
    ...[0, 13, 0, 8, 0, 6, 4, 1, 4, 3, 8, 4],
  ];
  const body = [
    ...[3, 3, ...new Uint8Array(32).fill(7), 0],
    ...[0, 2 * suites.length, ...suites.flatMap((id) => [id >> 8, id & 255])],
    ...[1, 0, 0, extensions.length, ...extensions],
  ];
  const handshake = [1, 0, 0, body.length, ...body];
  return new Uint8Array([22, 3, 1, 0, handshake.length, ...handshake]);
}

function isKnown(bytes: Uint8Array): boolean {
  return isTls(bytes) || serverOf(bytes) !== undefined;
}

/** Whether PostgreSQL answers the SSLRequest. */
function isPostgres({ bytes }: Heard): boolean {
  return bytes.length === 1 && (bytes[0] === 0x53 || bytes[0] === 0x4e);
}

/**
 * Asks what is at an address: first as Kafka, the way the client is configured;
 * then, if need be, as others and without TLS. Takes two seconds at most, or
 * four where TLS hides a silent server.
 *
 * @param tls Whether the client is configured for TLS.
 */
export async function identify(
  address: Address,
  tls: boolean,
  run: RunExchange,
): Promise<Counterpart> {
  function askKafka(tls: boolean): Promise<Heard> {
    return run({
      tls,
      send: apiVersionsRequest(),
      enough: (bytes) => kafkaOf(bytes) !== undefined || isKnown(bytes),
      timeoutMs: kafkaTimeoutMs,
    });
  }

  function ask(send: Uint8Array, tls = false): Promise<Heard> {
    return run({ tls, send, enough: isKnown, timeoutMs: othersTimeoutMs });
  }

  function named(heard: readonly Heard[]): Counterpart | undefined {
    for (const { bytes } of heard) {
      const name = serverOf(bytes);
      if (name !== undefined) return { kind: "other", name };
    }
    return undefined;
  }

  /** What is behind TLS, if it lets a client without a certificate in. */
  async function inside(): Promise<Counterpart> {
    const [kafka, http] = await Promise.all([
      askKafka(true),
      ask(httpRequest(address), true),
    ]);
    const kind = kafkaOf(kafka.bytes);
    if (kind !== undefined) return { kind, tls: true };
    const found = named([kafka, http]);
    return found?.kind === "other"
      ? { kind: "other", name: `${found.name}, behind TLS` }
      : { kind: "tls" };
  }

  const first = await askKafka(tls);
  const kind = kafkaOf(first.bytes);
  if (kind !== undefined) return { kind, tls };
  if (!tls) {
    const { end, code } = first;
    if (end === "unreachable") return { kind: "unreachable", code };
    if (isTls(first.bytes)) return await inside();
  }
  const known = named([first]);
  if (known !== undefined) return known;

  const plain = tls ? [askKafka(false)] : [];
  const [postgres, ...others] = await Promise.all([
    ask(sslRequest),
    ask(clientHello()),
    ask(httpRequest(address)),
    ask(utf8.encode("srvr")),
    ...plain,
  ]);
  const heard = [...others, postgres];
  for (const { bytes } of tls ? others : []) {
    const kind = kafkaOf(bytes);
    if (kind !== undefined) return { kind, tls: false };
  }
  const found = named(heard);
  if (found !== undefined) return found;
  if (isPostgres(postgres)) {
    return { kind: "other", name: "a PostgreSQL server" };
  }
  if (heard.some(({ bytes }) => isTls(bytes))) return await inside();
  const spoken = [first, ...heard].find(({ bytes }) => bytes.length > 0);
  if (spoken !== undefined) {
    return { kind: "unknown", says: excerptOf(spoken.bytes) };
  }
  const refused = heard.every(({ end }) => end === "unreachable");
  if (refused) return { kind: "unreachable", code: postgres.code };
  return heard.some(({ end }) => end === "silent")
    ? { kind: "silent" }
    : { kind: "closed" };
}
