// A look at a broker: connects as a client does, asks for the API versions,
// which needs no user, and leaves. A bare connection would prove nothing: port
// forwarders accept for a container whose broker is down, and the system does
// for a broker that hangs.

import type { Socket } from "node:net";
import { type Address, formatAddress } from "../lib/address.ts";
import { securityReason } from "./access_error.ts";
import { apiVersionsRequest } from "./counterpart.ts";
import type { KafkaKeys } from "./credentials.ts";
import type { Reach } from "./reach.ts";
import { openSocket } from "./socket.ts";

/** Shorter than a kernel's third try, so that a new look is not far. */
const connectTimeoutMs = 2_000;

function timeoutError(): Error {
  return Object.assign(new Error("timeout"), { code: "ETIMEDOUT" });
}

/**
 * Reports what comes of a connection to an address.
 *
 * @returns what to call when a broker has answered.
 */
export function watch(
  socket: Socket,
  address: Address,
  reach: Pick<Reach, "failed" | "answered">,
): () => void {
  let isOver = false;
  function end(report: () => void): void {
    if (!isOver) report();
    isOver = true;
  }
  const answered = () => end(() => reach.answered(address));
  const failed = (error: Error) => end(() => reach.failed(address, error));
  socket.once("timeout", () => failed(timeoutError()));
  socket.once("close", () => failed(new Error("closed without a response")));
  socket.on("error", (error: Error) => {
    // Only a live peer refuses a client or shows a certificate.
    if (securityReason(error) === undefined) failed(error);
    else answered();
  });
  return answered;
}

/** Options of {@linkcode openForLook}. */
export interface LookOptions {
  /** TLS and SASL; absent for plaintext without authentication. */
  readonly keys?: KafkaKeys | undefined;
  /** Throws when this process may not connect there. */
  readonly checkHost?: ((address: Address) => void) | undefined;
  /** Gets what comes of it. */
  readonly reach: Pick<Reach, "failed" | "answered">;
  /** Gets a line for each connection. */
  readonly debug?: (message: string) => void;
  /** Called when it is open, TLS included. */
  readonly onConnect: () => void;
  /** Called when a broker has answered. */
  readonly onAnswer: () => void;
}

/**
 * Opens the connection of a look.
 *
 * @throws what opening a connection throws.
 */
export function openForLook(
  address: Address,
  { keys, checkHost, reach, debug, onConnect, onAnswer }: LookOptions,
): Socket {
  debug?.(`connecting to ${formatAddress(address)}`);
  const socket = openSocket(address, onConnect, {
    checkHost,
    tls: keys?.tls,
    sasl: keys?.sasl !== undefined,
    onError: () => {},
    onSilence: () => {},
    onAnswer() {
      answered();
      onAnswer();
    },
  });
  const answered = watch(socket, address, reach);
  return socket;
}

/**
 * Whether a broker answers.
 *
 * @param open Opens the connection.
 * @param signal Ends the look, which then gives `false`.
 */
export function answers(
  open: (onConnect: () => void, onAnswer: () => void) => Socket,
  signal: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let socket: Socket;
  const leave = () => void socket.destroy();
  try {
    socket = open(() => {
      clearTimeout(timer);
      socket.write(apiVersionsRequest());
    }, () => {
      resolve(true);
      leave();
    });
  } catch {
    return Promise.resolve(false);
  }
  const timer = setTimeout(() => socket.emit("timeout"), connectTimeoutMs);
  signal.addEventListener("abort", leave);
  socket.once("timeout", leave);
  socket.on("error", leave);
  socket.once("close", () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    resolve(false);
  });
  return promise;
}
