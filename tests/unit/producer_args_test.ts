import { assertEquals } from "@std/assert";
import { trustVariables } from "../../tasks/producer/producer_args.ts";

function variables(env: Readonly<Record<string, string>>, dotenv: string) {
  return trustVariables({
    env: (name) => env[name],
    readText: () => dotenv,
  });
}

Deno.test("`trustVariables()` takes Deno's CA settings from .env too", () => {
  const dotenv = "DENO_CERT=./secrets/ca.pem\nDENO_TLS_CA_STORE=system\n";
  assertEquals(variables({}, dotenv), {
    DENO_CERT: "./secrets/ca.pem",
    DENO_TLS_CA_STORE: "system",
  });
  assertEquals(variables({ DENO_CERT: "/own.pem" }, dotenv), {
    DENO_CERT: "/own.pem",
    DENO_TLS_CA_STORE: "system",
  });
  const none = { DENO_CERT: undefined, DENO_TLS_CA_STORE: undefined };
  assertEquals(variables({ DENO_CERT: "" }, ""), none);
  assertEquals(variables({}, "A='unclosed"), {}, "the producer reports it");
});
