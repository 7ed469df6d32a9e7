// What is wrong with a broker's address, in words: something else listens
// there, or the broker advertises an address that cannot be reached.

import { type Address, formatAddress } from "../lib/address.ts";
import { CommandError } from "../lib/errors.ts";
import type { Counterpart } from "./counterpart.ts";

/** A configured or advertised address leads to no broker. */
export class AddressError extends Error {
  /** Its class's name. */
  override readonly name = "AddressError";
  /** What is at the address, and what was expected. */
  readonly what: string;
  /** The next step for the user. */
  readonly next: string;

  /** Whether a broker that is starting, stopping or busy looks like this. */
  readonly mayBeBroker: boolean;
  /** Whether waiting cannot help. */
  readonly isCertain: boolean;

  /** The message holds both, `what` and `next`. */
  constructor(what: string, next: string, found: Counterpart["kind"]) {
    super(`${what}: ${next}`);
    this.what = what;
    this.next = next;
    this.mayBeBroker = found === "silent" || found === "closed";
    this.isCertain = !this.mayBeBroker && found !== "unreachable";
  }
}

/** An {@linkcode AddressError} as a command shows it; others stay as they are. */
export function asCommandError(error: unknown): unknown {
  return error instanceof AddressError
    ? new CommandError(error.what, error.next, { cause: error })
    : error;
}

/** The {@linkcode AddressError} in a chain of causes, if there is one. */
export function addressErrorOf(error: unknown): AddressError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; depth++) {
    if (at instanceof AddressError) return at;
    at = at.cause;
  }
  return undefined;
}

const listeners = "this project's stack: localhost:9093 from the host, " +
  "kafka:29092 on its Docker network";

const setBootstrap =
  `set KAFKA_BOOTSTRAP_SERVERS to a listener of a Kafka broker (${listeners})`;

/** What it is; `undefined` for what was expected, and for nothing at all. */
function otherThan(
  found: Counterpart,
  tls: boolean,
): readonly [what: string, next: string] | undefined {
  switch (found.kind) {
    case "kafka":
      if (found.tls === tls) return undefined;
      return found.tls
        ? [
          "is a Kafka listener that requires TLS, and this client uses none " +
          "(KAFKA_SSL)",
          "set KAFKA_SSL=true, or set KAFKA_BOOTSTRAP_SERVERS to a listener " +
          "without TLS",
        ]
        : [
          "is a Kafka listener without TLS, and this client uses it (KAFKA_SSL)",
          "unset KAFKA_SSL and the KAFKA_SSL_*_FILE settings, or set " +
          "KAFKA_BOOTSTRAP_SERVERS to a listener with TLS",
        ];
    case "controller":
      return [
        "is the listener of a KRaft controller, which serves no clients",
        setBootstrap,
      ];
    case "tls":
      // With TLS on both sides a certificate or a login is the matter.
      return tls ? undefined : [
        "requires TLS, and this client uses none",
        "set KAFKA_SSL=true if it is a Kafka listener, or set " +
        "KAFKA_BOOTSTRAP_SERVERS to a listener without TLS",
      ];
    case "other":
      return [`is ${found.name}, not a Kafka broker`, setBootstrap];
    case "unknown":
      return [
        `does not use the Kafka protocol (it sends ${found.says})`,
        setBootstrap,
      ];
    case "silent":
      return [
        "accepts connections and says nothing: a Kafka broker that hangs, or " +
        "another server",
        `check what listens there; if it is not Kafka, ${setBootstrap}`,
      ];
    case "closed":
      return [
        "accepts connections and closes them at once: a Kafka broker that is " +
        "starting or stopping, a port forwarded to nothing, or another server",
        `check what listens there; if it is not Kafka, ${setBootstrap}`,
      ];
    case "unreachable":
      return undefined;
  }
}

/**
 * The error for what was found at a bootstrap address.
 *
 * @param tls Whether this client uses TLS.
 * @returns `undefined` for a broker that speaks as this client does, and for
 * an address that accepts no connections.
 */
export function bootstrapError(
  address: Address,
  found: Counterpart,
  tls: boolean,
): AddressError | undefined {
  const words = otherThan(found, tls);
  if (words === undefined) return undefined;
  const [what, next] = words;
  return new AddressError(
    `${formatAddress(address)} ${what}`,
    next,
    found.kind,
  );
}

function whyUnreachable(code: string): string {
  if (code === "ENOTFOUND" || code.startsWith("EAI_")) {
    return "a name that does not resolve here";
  }
  return code === "ECONNREFUSED"
    ? "where nothing is listening"
    : `which cannot be reached from here (${code})`;
}

/** A broker, an address that it advertises, and what is there. */
export interface Advertised {
  /** Where the broker answers. */
  readonly bootstrap: Address;
  /** What it advertises. */
  readonly advertised: Address;
  /** What is there. */
  readonly found: Counterpart;
  /** Whether this client uses TLS. */
  readonly tls: boolean;
}

/**
 * The error for a broker that answers but advertises an address at which it
 * cannot be reached.
 *
 * @returns `undefined` when a broker is there.
 */
export function advertisedError(
  { bootstrap, advertised, found, tls }: Advertised,
): AddressError | undefined {
  const other = otherThan(found, tls);
  const words = found.kind === "unreachable"
    ? whyUnreachable(found.code)
    : other && `which ${other[0]}`;
  return words === undefined ? undefined : new AddressError(
    `the broker at ${formatAddress(bootstrap)} answers, but advertises ` +
      `${formatAddress(advertised)}, ${words}`,
    "set KAFKA_BOOTSTRAP_SERVERS to the listener for this machine " +
      `(${listeners}), or start that broker, or correct its ` +
      "advertised.listeners (KAFKA_ADVERTISED_LISTENERS)",
    found.kind,
  );
}
