// Sends a reply over a connection, with a fault if there is one.

import type { ServerResponse } from "node:http";
import { once } from "node:events";
import { createGzip } from "node:zlib";
import { systemClock } from "../../lib/clock.ts";
import { SIMULATOR_HEADER } from "../../producer/sources/source.ts";
import type { Reply } from "./replies.ts";
import type { Fault } from "./faults.ts";

/** Where a reply goes. */
export interface Delivery {
  readonly response: ServerResponse;
  /** Aborted when the connection has ended. */
  readonly gone: AbortSignal;
  /** Updated with what is sent; see `ServedRequest`. */
  readonly entry: { status: number; body: string };
}

const { sleep } = systemClock;
const encoder = new TextEncoder();
const padding = new Uint8Array(65_536).fill(0x20);

function sendHead(
  { response, entry }: Delivery,
  { status, headers }: Reply,
  length?: number,
): void {
  response.writeHead(status, {
    ...headers,
    [SIMULATOR_HEADER]: "crypto-stream",
    ...length === undefined ? {} : { "content-length": length },
  });
  entry.status = status;
}

function sendComplete(delivery: Delivery, reply: Reply): void {
  const bytes = encoder.encode(reply.body);
  // These two must not have a body.
  const isEmpty = reply.status === 204 || reply.status === 304;
  sendHead(delivery, reply, isEmpty ? undefined : bytes.length);
  if (!isEmpty) delivery.entry.body += reply.body;
  delivery.response.end(isEmpty ? undefined : bytes);
}

async function sendTruncated(
  delivery: Delivery,
  reply: Reply,
  length: number,
): Promise<void> {
  const { response, entry } = delivery;
  const bytes = encoder.encode(reply.body);
  const part = bytes.subarray(0, length);
  // One more than is sent, so that a short reply is truncated too.
  sendHead(delivery, reply, Math.max(bytes.length, length + 1));
  entry.body += new TextDecoder().decode(part);
  response.flushHeaders();
  if (part.length > 0) {
    await new Promise<void>((resolve) => response.write(part, () => resolve()));
  }
  response.destroy();
}

async function sendSlowly(
  delivery: Delivery,
  reply: Reply,
  bytesPerSecond: number,
): Promise<void> {
  const { response, gone, entry } = delivery;
  const bytes = encoder.encode(reply.body);
  sendHead(delivery, reply, bytes.length);
  response.flushHeaders();
  const decoder = new TextDecoder();
  const size = Math.max(1, Math.floor(bytesPerSecond / 10));
  for (let at = 0; at < bytes.length && !gone.aborted; at += size) {
    await sleep(size / bytesPerSecond * 1000, gone);
    const part = bytes.subarray(at, at + size);
    entry.body += decoder.decode(part, { stream: true });
    response.write(part);
  }
  if (!gone.aborted) response.end();
}

async function sendEndless(
  delivery: Delivery,
  reply: Reply,
  fault: { bytes?: number; gzip?: boolean },
): Promise<void> {
  const { response, gone, entry } = delivery;
  const gzip = fault.gzip === true ? createGzip() : undefined;
  const encoding: Record<string, string> = gzip === undefined
    ? {}
    : { "content-encoding": "gzip" };
  sendHead(delivery, { ...reply, headers: { ...reply.headers, ...encoding } });
  gzip?.pipe(response);
  const out = gzip ?? response;
  let left = fault.bytes ?? Infinity;
  while (left > 0 && !gone.aborted) {
    const part = left < padding.length ? padding.subarray(0, left) : padding;
    left -= part.length;
    if (out.write(part)) continue;
    await once(out, "drain", { signal: gone }).catch(() => {});
    // Compression never waits for the network: without a pause nothing else runs.
    if (gzip !== undefined) await sleep(0, gone);
  }
  if (gone.aborted) return void out.destroy();
  entry.body += reply.body;
  out.end(reply.body);
}

/**
 * Sends a reply, with the fault if there is one. It returns when all is sent; a
 * request that hangs is left open until the client gives up.
 */
export async function deliver(
  delivery: Delivery,
  reply: Reply,
  fault?: Fault,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return sendComplete(delivery, reply);
    case "delay":
      await sleep(fault.ms, delivery.gone);
      if (!delivery.gone.aborted) sendComplete(delivery, reply);
      return;
    case "status": {
      const { status, headers, body = "" } = fault;
      const type = body === "" ? {} : { "content-type": "application/json" };
      const changed = { status, headers: { ...type, ...headers }, body };
      return sendComplete(delivery, changed);
    }
    case "body": {
      const type = fault.contentType ?? "application/json; charset=utf-8";
      const headers = { "content-type": type };
      return sendComplete(delivery, { status: 200, headers, body: fault.body });
    }
    case "truncate":
      return await sendTruncated(delivery, reply, fault.bytes);
    case "trickle":
      return await sendSlowly(delivery, reply, fault.bytesPerSecond);
    case "endless":
      return await sendEndless(delivery, reply, fault);
    case "reset":
      delivery.response.destroy();
      return;
    case "hang":
      return;
  }
}
