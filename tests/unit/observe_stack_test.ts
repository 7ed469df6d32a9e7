import { assertEquals, assertThrows } from "@std/assert";
import { parseAnswers } from "../../tasks/verify/observe_stack.ts";
import type { ListenerAnswer } from "../../tasks/verify/probe/ask_listener.ts";

Deno.test("`parseAnswers()` reads the line that the probe prints", () => {
  const answers: ListenerAnswer[] = [
    {
      listener: "kafka:29092",
      brokers: { ok: true, value: [{ host: "kafka", port: 29092 }] },
    },
    { listener: "crypto-kafka:9092", brokers: { ok: false, error: "refused" } },
  ];
  assertEquals(parseAnswers(JSON.stringify(answers) + "\n"), answers);
});

Deno.test("`parseAnswers()` refuses another program's output", () => {
  const lines = ["x", "null", "7", "[{}]", '{"brokers":{"ok":true,"value":1}}'];
  for (const line of lines) assertThrows(() => parseAnswers(line), Error, "");
});
