// Sends a reply over a connection, with a fault if there is one.

import type { ServerResponse } from "node:http";
import { once } from "node:events";
import { createGzip } from "node:zlib";
import { systemClock } from "../../lib/clock.ts";
import { SIMULATOR_HEADER } from "../../producer/sources/source.ts";
import type { Reply } from "./replies.ts";
import type { Fault } from "./faults.ts";

export interface DeliveryNotes {
  /** Called once, when the status line is sent. */
  onStatus(status: number): void;
  /** Called with each part of the body that is sent, without padding. */
  onBody(text: string): void;
}

/** The value of {@linkcode SIMULATOR_HEADER}. */
const simulatorName = "crypto-stream";

/** How a reply is sent. */
export interface DeliveryOptions {
  /** The fault to apply. @default none */
  readonly fault?: Fault | undefined;
  /** Aborted when the connection has ended. */
  readonly gone: AbortSignal;
  /** Called as the delivery proceeds. */
  readonly notes: DeliveryNotes;
}

const encoder = new TextEncoder();
const padding = new Uint8Array(65_536).fill(0x20);

function head(
  response: ServerResponse,
  { status, headers }: Reply,
  notes: DeliveryNotes,
  length?: number,
): void {
  response.writeHead(status, {
    ...headers,
    [SIMULATOR_HEADER]: simulatorName,
    ...length === undefined ? {} : { "content-length": length },
  });
  notes.onStatus(status);
}

function sendComplete(
  response: ServerResponse,
  reply: Reply,
  notes: DeliveryNotes,
): void {
  const bytes = encoder.encode(reply.body);
  // These two must not have a body.
  const empty = reply.status === 204 || reply.status === 304;
  head(response, reply, notes, empty ? undefined : bytes.length);
  notes.onBody(empty ? "" : reply.body);
  response.end(empty ? undefined : bytes);
}

const { sleep } = systemClock;

async function sendTruncated(
  response: ServerResponse,
  reply: Reply,
  notes: DeliveryNotes,
  length: number,
): Promise<void> {
  const bytes = encoder.encode(reply.body);
  const part = bytes.subarray(0, length);
  // One more than is sent, so that a short reply is truncated too.
  head(response, reply, notes, Math.max(bytes.length, length + 1));
  notes.onBody(new TextDecoder().decode(part));
  response.flushHeaders();
  if (part.length > 0) {
    await new Promise<void>((resolve) => response.write(part, () => resolve()));
  }
  response.destroy();
}

async function sendSlowly(
  response: ServerResponse,
  reply: Reply,
  notes: DeliveryNotes,
  bytesPerSecond: number,
  gone: AbortSignal,
): Promise<void> {
  const bytes = encoder.encode(reply.body);
  head(response, reply, notes, bytes.length);
  response.flushHeaders();
  const decoder = new TextDecoder();
  const size = Math.max(1, Math.floor(bytesPerSecond / 10));
  for (let at = 0; at < bytes.length && !gone.aborted; at += size) {
    await sleep(size / bytesPerSecond * 1000, gone);
    const part = bytes.subarray(at, at + size);
    notes.onBody(decoder.decode(part, { stream: true }));
    response.write(part);
  }
  if (!gone.aborted) response.end();
}

async function sendEndless(
  response: ServerResponse,
  reply: Reply,
  notes: DeliveryNotes,
  fault: { bytes?: number; gzip?: boolean },
  gone: AbortSignal,
): Promise<void> {
  const packed: Record<string, string> = fault.gzip === true
    ? { "content-encoding": "gzip" }
    : {};
  const headers = { ...reply.headers, ...packed };
  head(response, { ...reply, headers }, notes);
  const out = fault.gzip === true ? createGzip() : response;
  if (out !== response) out.pipe(response);
  let left = fault.bytes ?? Infinity;
  while (left > 0 && !gone.aborted) {
    const part = left < padding.length ? padding.subarray(0, left) : padding;
    left -= part.length;
    if (out.write(part)) continue;
    await once(out, "drain", { signal: gone }).catch(() => {});
    // Compression never waits for the network: without a pause nothing else runs.
    if (out !== response) await sleep(0, gone);
  }
  if (gone.aborted) return void out.destroy();
  notes.onBody(reply.body);
  out.end(reply.body);
}

/**
 * Sends a reply, with the fault if there is one. It returns when all is sent; a
 * request that hangs is left open until the client gives up.
 */
export async function deliver(
  response: ServerResponse,
  reply: Reply,
  { fault, gone, notes }: DeliveryOptions,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return sendComplete(response, reply, notes);
    case "delay":
      await sleep(fault.ms, gone);
      if (!gone.aborted) sendComplete(response, reply, notes);
      return;
    case "status": {
      const { status, headers, body = "" } = fault;
      const type = body === "" ? {} : { "content-type": "application/json" };
      const changed = { status, headers: { ...type, ...headers }, body };
      return sendComplete(response, changed, notes);
    }
    case "body": {
      const type = fault.contentType ?? "application/json; charset=utf-8";
      const headers = { "content-type": type };
      return sendComplete(
        response,
        { status: 200, headers, body: fault.body },
        notes,
      );
    }
    case "truncate":
      return await sendTruncated(response, reply, notes, fault.bytes);
    case "trickle":
      return await sendSlowly(
        response,
        reply,
        notes,
        fault.bytesPerSecond,
        gone,
      );
    case "endless":
      return await sendEndless(response, reply, notes, fault, gone);
    case "reset":
      response.destroy();
      return;
    case "hang":
      return;
  }
}
