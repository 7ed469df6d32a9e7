// Makes kafkajs 2.2.4 authenticate again in time, however short the brokers'
// SASL sessions are (`connections.max.reauth.ms`).

/** The used part of kafkajs's connection. */
export interface SessionState {
  /** How long the session lasts, in ms; 0 without a limit. */
  readonly sessionLifetime: { readonly value: bigint };
  /** When it began; `null` before the first authentication. */
  readonly authenticatedAt: unknown;
  /** From how long before its end kafkajs authenticates again, in ms. */
  reauthenticationThreshold: number;
  /** Whether no authentication is due. */
  isAuthenticated(): boolean;
  /** Sends a request; authenticates first if that is due. */
  send(request: unknown): Promise<unknown>;
}

/** kafkajs's own margin, which suits long sessions. */
const marginMs = 10_000;

/** Brokers refuse a second authentication within a second. */
const minPauseMs = 1_020;

/** Sessions shorter than this may end before they can be renewed. */
export const minSessionMs = 2_000;

/**
 * The age of a session, in ms, from which it is renewed: at half of it or ten
 * seconds before its end, whichever is later.
 */
export function renewalAgeMs(lifetimeMs: number): number {
  const age = Math.max(lifetimeMs / 2, lifetimeMs - marginMs, minPauseMs);
  return Math.ceil(age);
}

/**
 * Patches the connections' prototype.
 *
 * kafkajs authenticates again from ten seconds before the end of a session on:
 * before each request of a session that is shorter. The brokers allow that only
 * once a second and answer ILLEGAL_SASL_STATE, as they do to a client that
 * authenticates where it need not.
 *
 * What a session that is too short even so makes fail gets `sessionMs`, its
 * lifetime, so that the cause can be named.
 */
export function patchSaslSession(connection: SessionState): void {
  const { isAuthenticated, send } = connection;
  connection.isAuthenticated = function () {
    const lifetimeMs = Number(this.sessionLifetime.value);
    this.reauthenticationThreshold = lifetimeMs - renewalAgeMs(lifetimeMs);
    return isAuthenticated.call(this);
  };
  connection.send = async function (request) {
    // Reset when the connection is closed.
    const isRenewable = this.authenticatedAt !== null;
    try {
      return await send.call(this, request);
    } catch (error) {
      const sessionMs = Number(this.sessionLifetime.value);
      if (isRenewable && endedSession(error, sessionMs)) {
        Object.assign(error, { sessionMs });
      }
      throw error;
    }
  };
}

/** Whether the end of a session explains the error. */
function endedSession(error: unknown, sessionMs: number): error is Error {
  if (!(error instanceof Error) || sessionMs === 0) return false;
  if ("type" in error && error.type === "ILLEGAL_SASL_STATE") return true;
  return error.name === "KafkaJSConnectionClosedError" &&
    sessionMs < minSessionMs;
}
