// Asks a Kafka listener which addresses it advertises. This folder is mounted
// alone into a container: it imports nothing from outside but types, which Deno
// does not load.

import type { Result } from "../../../lib/result.ts";
import {
  decodeBrokers,
  encodeRequest,
  type Endpoint,
} from "./metadata_request.ts";

/** What a listener advertises, or why it did not respond. */
export interface ListenerAnswer {
  /** The address that was asked, as `host:port`. */
  readonly listener: string;
  readonly brokers: Result<readonly Endpoint[]>;
}

export const timeoutMs = 4_000;
const maxResponseBytes = 1_000_000;

async function readExactly(conn: Deno.Conn, count: number) {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    const got = await conn.read(bytes.subarray(filled));
    if (got === null) throw new Error("the connection was closed");
    filled += got;
  }
  return bytes;
}

async function fetchBrokers({ host, port }: Endpoint): Promise<Endpoint[]> {
  const correlationId = 7;
  const conn = await Deno.connect({ hostname: host, port });
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    conn.close();
  }, timeoutMs);
  try {
    const request = encodeRequest(correlationId, "crypto-verify");
    for (let sent = 0; sent < request.length;) {
      sent += await conn.write(request.subarray(sent));
    }
    const head = new DataView((await readExactly(conn, 4)).buffer);
    const size = head.getInt32(0);
    if (size < 8 || size > maxResponseBytes) {
      throw new Error("the server there does not use the Kafka protocol");
    }
    return decodeBrokers(await readExactly(conn, size), correlationId);
  } catch (error) {
    throw late ? new Error(`no response within ${timeoutMs} ms`) : error;
  } finally {
    clearTimeout(limit);
    if (!late) conn.close();
  }
}

function parseEndpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/** Asks the listener at `host:port`. Never rejects. */
export async function askListener(listener: string): Promise<ListenerAnswer> {
  try {
    const value = await fetchBrokers(parseEndpoint(listener));
    return { listener, brokers: { ok: true, value } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { listener, brokers: { ok: false, error: message } };
  }
}
