import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeBrokers,
  encodeRequest,
} from "../../tasks/verify/probe/metadata_request.ts";

// As captured between this request and Kafka 3.9.2.
const request = "0000001b0003000100000007000d63727970746f2d7665726966790" +
  "0000000";
const response = "00000007000000010000000100096c6f63616c686f7374000071a5" +
  "ffff0000000100000000";

Deno.test("`encodeRequest()` encodes a request that a broker accepts", () => {
  assertEquals(encodeRequest(7, "crypto-verify").toHex(), request);
});

Deno.test("`decodeBrokers()` reads a broker's response and refuses others", () => {
  const bytes = Uint8Array.fromHex(response);
  assertEquals(decodeBrokers(bytes, 7), [{ host: "localhost", port: 29093 }]);
  for (const bad of [bytes.subarray(0, 20), Uint8Array.of(72, 84, 84, 80)]) {
    assertThrows(() => decodeBrokers(bad, 7));
  }
});
