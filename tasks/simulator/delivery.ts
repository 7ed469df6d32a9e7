/**
 * Sends an answer over a connection, or spoils it on the way.
 *
 * @module
 */

import type { ServerResponse } from "node:http";
import { once } from "node:events";
import { createGzip } from "node:zlib";
import { systemClock } from "../../lib/clock.ts";
import { SIMULATOR_HEADER } from "../../producer/sources/simulator_header.ts";
import type { Answer } from "./answers.ts";
import type { Fault } from "./faults.ts";

/** What {@linkcode deliver} tells about its work. */
export interface DeliveryNotes {
  /** Called once, when the status line goes out. */
  onStatus(status: number): void;
  /** Called with each part of the true body that goes out. */
  onBody(text: string): void;
}

/** The header's value; its name is shared with the producer. */
const simulatorName = "crypto-stream";

const encoder = new TextEncoder();
const blanks = new Uint8Array(65_536).fill(0x20);

function head(
  response: ServerResponse,
  { status, headers }: Answer,
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

function sendWhole(
  response: ServerResponse,
  answer: Answer,
  notes: DeliveryNotes,
): void {
  const bytes = encoder.encode(answer.body);
  // Bodies are forbidden under these two.
  const empty = answer.status === 204 || answer.status === 304;
  head(response, answer, notes, empty ? undefined : bytes.length);
  notes.onBody(empty ? "" : answer.body);
  response.end(empty ? undefined : bytes);
}

const { sleep } = systemClock;

async function sendCut(
  response: ServerResponse,
  answer: Answer,
  notes: DeliveryNotes,
  length: number,
): Promise<void> {
  const bytes = encoder.encode(answer.body);
  const part = bytes.subarray(0, length);
  // One more than is sent, so that a short answer is cut too.
  head(response, answer, notes, Math.max(bytes.length, length + 1));
  notes.onBody(new TextDecoder().decode(part));
  response.flushHeaders();
  if (part.length > 0) {
    await new Promise<void>((resolve) => response.write(part, () => resolve()));
  }
  response.destroy();
}

async function sendSlowly(
  response: ServerResponse,
  answer: Answer,
  notes: DeliveryNotes,
  bytesPerSecond: number,
  gone: AbortSignal,
): Promise<void> {
  const bytes = encoder.encode(answer.body);
  head(response, answer, notes, bytes.length);
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
  answer: Answer,
  notes: DeliveryNotes,
  fault: { bytes?: number; gzip?: boolean },
  gone: AbortSignal,
): Promise<void> {
  const packed: Record<string, string> = fault.gzip === true
    ? { "content-encoding": "gzip" }
    : {};
  const headers = { ...answer.headers, ...packed };
  head(response, { ...answer, headers }, notes);
  const out = fault.gzip === true ? createGzip() : response;
  if (out !== response) out.pipe(response);
  let left = fault.bytes ?? Infinity;
  while (left > 0 && !gone.aborted) {
    const part = left < blanks.length ? blanks.subarray(0, left) : blanks;
    left -= part.length;
    if (out.write(part)) continue;
    await once(out, "drain", { signal: gone }).catch(() => {});
    // Compression never waits for the network, so nothing else would run.
    if (out !== response) await sleep(0, gone);
  }
  if (gone.aborted) return void out.destroy();
  notes.onBody(answer.body);
  out.end(answer.body);
}

/**
 * Sends an answer, spoiled by the fault if there is one. Returns when nothing
 * is left to do here; a hanging answer is left to its client's patience.
 *
 * @param gone Aborted when the connection has ended.
 */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  fault: Fault | undefined,
  gone: AbortSignal,
  notes: DeliveryNotes,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return sendWhole(response, answer, notes);
    case "delay":
      await sleep(fault.ms, gone);
      if (!gone.aborted) sendWhole(response, answer, notes);
      return;
    case "status": {
      const { status, headers, body = "" } = fault;
      const type = body === "" ? {} : { "content-type": "application/json" };
      const spoiled = { status, headers: { ...type, ...headers }, body };
      return sendWhole(response, spoiled, notes);
    }
    case "body": {
      const type = fault.contentType ?? "application/json; charset=utf-8";
      const headers = { "content-type": type };
      return sendWhole(
        response,
        { status: 200, headers, body: fault.body },
        notes,
      );
    }
    case "truncate":
      return await sendCut(response, answer, notes, fault.bytes);
    case "trickle":
      return await sendSlowly(
        response,
        answer,
        notes,
        fault.bytesPerSecond,
        gone,
      );
    case "endless":
      return await sendEndless(response, answer, notes, fault, gone);
    case "reset":
      response.destroy();
      return;
    case "hang":
      return;
  }
}
