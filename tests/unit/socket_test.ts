import { assertEquals, assertStringIncludes } from "@std/assert";
import { closingReason } from "../../kafka/socket.ts";

const silence = { opened: true, received: 0, firstResponse: 0 };
const alert = { ...silence, received: 7, firstResponse: 4 + 0x15030300 };
const response = { ...silence, received: 400, firstResponse: 400 };
const closings: [string, Parameters<typeof closingReason>, string][] = [
  [
    "silence",
    [silence, { tls: false, sasl: false }],
    "TLS (KAFKA_SSL) or a user",
  ],
  [
    "silence towards a user",
    [silence, { tls: false, sasl: true }],
    "requires TLS",
  ],
  [
    "silence over TLS",
    [silence, { tls: true, sasl: false }],
    "requires a user",
  ],
  ["an alert", [alert, { tls: false, sasl: false }], "set KAFKA_SSL=true"],
  [
    "a single response",
    [response, { tls: false, sasl: false }],
    "requires a user",
  ],
  [
    "a failed handshake",
    [{ ...silence, opened: false }, { tls: true, sasl: true }],
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
  assertEquals(closingReason(worked, { tls: false, sasl: false }), undefined);
  assertEquals(closingReason(silence, { tls: true, sasl: true }), undefined);
  assertEquals(closingReason(response, { tls: true, sasl: true }), undefined);
});
