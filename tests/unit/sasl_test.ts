import { assertEquals } from "@std/assert";
import { saslOptions } from "../../kafka/sasl.ts";
import { errorWith } from "../fakes/error_with.ts";

Deno.test("`saslOptions()` rereads the credentials and rethrows a broken connection", async () => {
  let password = "old";
  const seen: string[] = [];
  // As kafkajs does: every error becomes a failed authentication.
  const authenticator =
    (credentials: { password: string }) =>
    (connection: { saslAuthenticate: (step: object) => Promise<unknown> }) => ({
      async authenticate() {
        seen.push(credentials.password);
        await connection.saslAuthenticate({}).catch(() => {
          throw errorWith({ name: "KafkaJSSASLAuthenticationError" });
        });
      },
    });
  const { mechanism, authenticationProvider } = saslOptions({
    mechanism: "plain",
    credentials: () => ({ username: "alice", password }),
  }, {
    "plain": authenticator,
    "scram-sha-256": authenticator,
    "scram-sha-512": authenticator,
  });
  assertEquals(mechanism, "PLAIN");
  const attempt = async (error?: Error) => {
    const saslAuthenticate = () =>
      error === undefined ? Promise.resolve() : Promise.reject(error);
    try {
      await authenticationProvider({ saslAuthenticate }).authenticate();
      return "authenticated";
    } catch (thrown) {
      return (thrown as Error).name;
    }
  };
  assertEquals(await attempt(), "authenticated");
  password = "new";
  const refusal = errorWith({ type: "SASL_AUTHENTICATION_FAILED" });
  assertEquals(await attempt(refusal), "KafkaJSSASLAuthenticationError");
  const broken = errorWith({ name: "KafkaJSConnectionError" });
  assertEquals(await attempt(broken), "KafkaJSConnectionError");
  assertEquals(seen, ["old", "new", "new"]);
});
