import { assertEquals, assertStringIncludes } from "@std/assert";
import { closingReason } from "../../kafka/socket.ts";

const silence = { opened: true, received: 0, firstResponse: 0 };
const alert = { ...silence, received: 7, firstResponse: 4 + 0x15030300 };
const response = { ...silence, received: 400, firstResponse: 400 };
const bare = { tls: false, sasl: false };
const user = { tls: false, sasl: true };
const tls = { tls: true, sasl: false };
const both = { tls: true, sasl: true };
const closings: [string, Parameters<typeof closingReason>, string][] = [
  ["silence", [silence, bare], "TLS (KAFKA_SSL) or a user"],
  ["silence towards a user", [silence, user], "requires TLS"],
  ["silence over TLS", [silence, tls], "requires a user"],
  ["an alert", [alert, bare], "set KAFKA_SSL=true"],
  ["a single response", [response, bare], "requires a user"],
  [
    "a failed handshake",
    [{ ...silence, opened: false }, both],
    "requires no TLS (KAFKA_SSL)",
  ],
];

for (const [what, args, part] of closings) {
  Deno.test(`\`closingReason()\` explains ${what}`, () => {
    assertStringIncludes(closingReason(...args) ?? "", part);
  });
}

Deno.test("`closingReason()` has no reason for a connection that had worked", () => {
  const worked = { ...response, received: 900 };
  assertEquals(closingReason(worked, bare), undefined);
  assertEquals(closingReason(silence, both), undefined);
  assertEquals(closingReason(response, both), undefined);
});
