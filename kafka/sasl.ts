// kafkajs's authenticators with credentials that may change.

import type { SaslMechanism } from "./access.ts";
import type { Credentials, KafkaKeys } from "./credentials.ts";

/** What an authenticator of kafkajs gets for a connection. */
export interface SaslConnection {
  /** Sends a step and returns the response. */
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

/** kafkajs's `sasl` option. */
export interface SaslOptions {
  /** Kafka's name of the mechanism. */
  readonly mechanism: string;
  /** Called for each authentication of each connection. */
  authenticationProvider(connection: SaslConnection): {
    authenticate(): Promise<void>;
  };
}

/**
 * Makes kafkajs's `sasl` option. Credentials are read for each authentication.
 *
 * kafkajs reports every error of an exchange as a failed authentication, also a
 * broken connection. That one is rethrown as it was, so that a dying broker is
 * not taken for a wrong password.
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

/** Whether an error is the connection's, not the exchange's. */
function isTransport(error: unknown): boolean {
  return error instanceof Error &&
    /^KafkaJS(Connection|RequestTimeout)/.test(error.name);
}
