import { assertEquals } from "@std/assert";
import { kafkaError } from "../fakes/topics.ts";
import { sendErrorKind } from "../../kafka/send_errors.ts";

Deno.test("`sendErrorKind()` treats unknown errors as doubt", () => {
  assertEquals(sendErrorKind(new Error("socket hang up")), "doubt");
  assertEquals(sendErrorKind(kafkaError("NOT_ENOUGH_REPLICAS")), "doubt");
  assertEquals(
    sendErrorKind(kafkaError("TOPIC_AUTHORIZATION_FAILED")),
    "doubt",
  );
  assertEquals(sendErrorKind("odd"), "doubt");
});
