/**
 * Joins kafkajs's authenticators with credentials that may change.
 *
 * @module
 */

import type { SaslMechanism } from "./access.ts";
import type { Credentials, KafkaKeys } from "./credentials.ts";

/** What an authenticator of kafkajs is given for one connection. */
export interface SaslConnection {
  /** Sends a step and gives the answer. */
  readonly saslAuthenticate: (step: object) => Promise<unknown>;
}

/** kafkajs's authenticators. */
export type Authenticators = Readonly<
  Record<
    SaslMechanism,
    (credentials: Credentials) => (connection: SaslConnection) => {
      authenticate(): Promise<void>;
    }
  >
>;

/** What kafkajs takes as `sasl`. */
export interface SaslOptions {
  /** Kafka's name of the mechanism. */
  readonly mechanism: string;
  /** Called for each authentication of each connection. */
  authenticationProvider(connection: SaslConnection): {
    authenticate(): Promise<void>;
  };
}

/**
 * Makes kafkajs's `sasl`. The credentials are read for each authentication.
 *
 * kafkajs calls every error of an exchange a failed authentication, also a
 * connection that broke meanwhile. That one is thrown as it came, so that a
 * dying broker is not taken for a wrong password.
 */
export function saslOptions(
  { mechanism, credentials }: NonNullable<KafkaKeys["sasl"]>,
  authenticators: Authenticators,
): SaslOptions {
  return {
    mechanism: mechanism.toUpperCase(),
    authenticationProvider: (connection) => ({
      async authenticate() {
        let broken: unknown;
        const authenticator = authenticators[mechanism](credentials())({
          ...connection,
          async saslAuthenticate(step) {
            try {
              return await connection.saslAuthenticate(step);
            } catch (error) {
              if (isTransport(error)) broken = error;
              throw error;
            }
          },
        });
        try {
          await authenticator.authenticate();
        } catch (error) {
          throw broken ?? error;
        }
      },
    }),
  };
}

/** Whether an error is one of the connection, not of the exchange. */
function isTransport(error: unknown): boolean {
  return error instanceof Error &&
    /^KafkaJS(Connection|RequestTimeout)/.test(error.name);
}
