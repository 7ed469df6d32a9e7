// The connections of one part of a client (sender, administration, tail), and
// why a call over them failed.

import type { Socket } from "node:net";
import { type Address, formatAddress } from "../lib/address.ts";
import { UsageError } from "../lib/errors.ts";
import {
  AccessError,
  isHandshakeFailure,
  securityReason,
  withReason,
} from "./access_error.ts";
import { type AddressError, addressErrorOf } from "./address_error.ts";
import type { KafkaKeys } from "./credentials.ts";
import { chainOf, errorTypeOf } from "./error_chain.ts";
import { watch } from "./look.ts";
import type { Reach } from "./reach.ts";
import { failedSocket, openSocket, unreachableCodes } from "./socket.ts";

/** What {@linkcode createLink} works with. */
export interface LinkOptions {
  /** The configured brokers. */
  readonly brokers: readonly Address[];
  /** TLS and SASL; absent for plaintext without authentication. */
  readonly keys?: KafkaKeys | undefined;
  /**
   * Called before each connection.
   *
   * @throws {UsageError} when this process may not connect there.
   */
  readonly checkHost?: ((address: Address) => void) | undefined;
  /** Which brokers cannot be reached, for all links of a client. */
  readonly reach: Reach;
  /** Whether brokers that cannot be reached are dialled once a second at most. */
  readonly paced?: boolean;
  /** Gets a line for each connection. */
  readonly debug?: (message: string) => void;
}

/** Connections, and calls over them. */
export interface Link {
  /**
   * Opens a connection.
   *
   * @param onConnect Called when it is open, TLS included.
   */
  open(address: Address, onConnect: () => void): Socket;
  /**
   * Runs a call.
   *
   * @throws {AccessError} when the brokers refuse this client.
   * @throws {AddressError} when an address leads to no broker.
   * @throws {UsageError} from {@linkcode LinkOptions.checkHost}.
   */
  guarded<T>(work: () => Promise<T>): Promise<T>;
  /** Destroys all connections. */
  cut(): void;
}

/** The last connection to an address during a call. */
interface Attempt {
  readonly address: Address;
  /** Whether it is open, TCP alone. */
  isOpen: boolean;
  hasEnded: boolean;
  hasAnswered: boolean;
  code: string;
}

/** Makes one. */
export function createLink(options: LinkOptions): Link {
  const { brokers, keys, checkHost, reach } = options;
  const usesTls = keys?.tls !== undefined;
  const sockets = new Set<Socket>();
  /** Of the current call, by address. */
  let attempts = new Map<string, Attempt>();
  /** Found while a connection was silent: the next one ends at once. */
  let troubles = new Map<string, AddressError>();
  // The cause that kafkajs retries and replaces by its consequence: a host that
  // this process may not reach, an unusable file, a refused certificate.
  let refused: unknown;

  /** @param isAnswerOdd Whether what answered may not be a broker. */
  async function whyFailed(
    isAnswerOdd = false,
  ): Promise<AddressError | undefined> {
    const { examine, lookAt } = await import("./examine.ts");
    const failed = [...attempts.values()]
      .filter((one) => isAnswerOdd || !one.hasAnswered || one.hasEnded)
      .map(({ address, isOpen, code }) => ({
        address,
        isUnreachable: unreachableCodes.has(code) || !isOpen && code === "",
      }));
    const examination = () =>
      examine({
        bootstrap: brokers,
        failed,
        tls: usesTls,
        look: (address) => lookAt(address, usesTls),
      });
    // It takes several connections.
    return await (options.paced
      ? reach.examined(JSON.stringify(failed), examination)
      : examination());
  }

  async function explain(error: unknown): Promise<unknown> {
    if (error instanceof UsageError) return error;
    // An error code that a broker sent is more specific.
    const isBrokers = errorTypeOf(error) !== undefined;
    const cause = isBrokers ? error : refused ?? error;
    const reason = withReason(cause, keys?.access);
    if (isBrokers || reason instanceof UsageError) return reason;
    if (reason instanceof AccessError && !isHandshakeFailure(cause)) {
      return reason;
    }
    const [known = addressErrorOf(cause)] = troubles.values();
    // A controller answers, but has nothing for clients.
    const isAnswerOdd = [...chainOf(error)]
      .some(({ name }) => name === "KafkaJSServerDoesNotSupportApiKey");
    return known ?? await whyFailed(isAnswerOdd) ?? reason;
  }

  /** Nothing has come for a second. */
  async function examineSilence(
    attempt: Attempt,
    socket: Socket,
  ): Promise<void> {
    const call = troubles;
    const found = await whyFailed();
    // What belongs to an earlier call has been explained.
    if (found === undefined || call !== troubles || attempt.hasAnswered) return;
    troubles.set(formatAddress(attempt.address), found);
    if (found.isCertain) socket.destroy(found);
  }

  /** It is too early to dial a broker that could not be reached. */
  function refuse(
    address: Address,
    error: Error & { readonly code?: string },
  ): Socket {
    const key = formatAddress(address);
    const { code = "" } = error;
    if (!attempts.has(key)) {
      const isOpen = !unreachableCodes.has(code);
      const ended = { hasEnded: true, hasAnswered: false };
      attempts.set(key, { address, isOpen, code, ...ended });
    }
    return failedSocket(error);
  }

  function open(address: Address, onConnect: () => void): Socket {
    const key = formatAddress(address);
    const trouble = troubles.get(key);
    if (trouble !== undefined) throw trouble;
    const early = options.paced ? reach.dial(address) : undefined;
    if (early !== undefined) return refuse(address, early);
    options.debug?.(`connecting to ${key}`);
    const attempt: Attempt = {
      address,
      isOpen: false,
      hasEnded: false,
      hasAnswered: false,
      code: "",
    };
    const socket = openSocket(address, onConnect, {
      checkHost,
      tls: keys?.tls,
      sasl: keys?.sasl !== undefined,
      onError(error) {
        attempt.code = error.code ?? "";
        if (securityReason(error) !== undefined) refused = error;
      },
      onAnswer() {
        attempt.hasAnswered = true;
        answered();
      },
      onSilence: () => void examineSilence(attempt, socket),
    });
    const answered = watch(socket, address, reach);
    attempts.set(key, attempt);
    sockets.add(socket);
    socket.once("connect", () => attempt.isOpen = true);
    socket.once("close", () => {
      attempt.hasEnded = true;
      sockets.delete(socket);
    });
    return socket;
  }

  return {
    open(address, onConnect) {
      try {
        return open(address, onConnect);
      } catch (error) {
        refused = error;
        throw error;
      }
    },
    async guarded(work) {
      refused = undefined;
      troubles = new Map();
      attempts = new Map(
        [...attempts].filter(([, { hasEnded }]) => !hasEnded),
      );
      try {
        return await work();
      } catch (error) {
        throw await explain(error);
      }
    },
    cut() {
      // Without an error kafkajs would not notice.
      const error = new Error("connection abandoned");
      for (const socket of sockets) socket.destroy(error);
    },
  };
}
