/**
 * Asks a Kafka listener which address it advertises. This folder is mounted
 * into a container, so nothing in it imports from outside.
 *
 * @module
 */

import {
  decodeBrokers,
  encodeRequest,
  type Endpoint,
} from "./metadata_request.ts";

/** What a listener said. */
export type Answer =
  | { readonly listener: string; readonly brokers: readonly Endpoint[] }
  | { readonly listener: string; readonly error: string };

/** How long a listener may take, ms. */
export const timeoutMs = 4_000;
const most = 1_000_000;

async function readExactly(conn: Deno.Conn, count: number) {
  const bytes = new Uint8Array(count);
  for (let filled = 0; filled < count;) {
    const got = await conn.read(bytes.subarray(filled));
    if (got === null) throw new Error("it closed the connection");
    filled += got;
  }
  return bytes;
}

async function askAt({ host, port }: Endpoint): Promise<Endpoint[]> {
  const correlation = 7;
  const conn = await Deno.connect({ hostname: host, port });
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    conn.close();
  }, timeoutMs);
  try {
    const request = encodeRequest(correlation, "crypto-verify");
    for (let sent = 0; sent < request.length;) {
      sent += await conn.write(request.subarray(sent));
    }
    const head = new DataView((await readExactly(conn, 4)).buffer);
    const size = head.getInt32(0);
    if (size < 8 || size > most) throw new Error(`an answer of ${size} bytes`);
    return decodeBrokers(await readExactly(conn, size), correlation);
  } catch (error) {
    throw late ? new Error(`no answer within ${timeoutMs} ms`) : error;
  } finally {
    clearTimeout(limit);
    if (!late) conn.close();
  }
}

function parseEndpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/**
 * Asks the listener at `host:port` which addresses it advertises. It never
 * throws: a failure is an answer too.
 */
export async function askListener(listener: string): Promise<Answer> {
  try {
    const brokers = await askAt(parseEndpoint(listener));
    return { listener, brokers };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { listener, error: said };
  }
}
