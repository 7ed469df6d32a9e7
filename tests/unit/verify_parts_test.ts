import { assert, assertEquals } from "@std/assert";
import { parseInspect } from "../../tasks/docker/container.ts";
import {
  decodeBrokers,
  encodeRequest,
} from "../../tasks/verify/probe/metadata_request.ts";

Deno.test("`parseInspect()` cuts the engine's answer down", () => {
  const answer = [{
    Name: "/ana-kafka",
    RestartCount: 3,
    State: {
      Status: "running",
      OOMKilled: false,
      ExitCode: 0,
      Error: "",
      StartedAt: "2026-11-24T15:01:43.586063985Z",
      Health: { Status: "healthy", FailingStreak: 0, Log: [] },
    },
    Config: {
      Image: "confluentinc/cp-kafka:7.9.8",
      Env: ["KAFKA_HEAP_OPTS=-Xms256m -Xmx512m", "A=b=c"],
      Labels: { "com.docker.compose.service": "kafka" },
    },
    NetworkSettings: {
      Networks: { "part-a_dasnet": { Aliases: ["kafka"] } },
      Ports: {
        "9092/tcp": null,
        "9093/tcp": [{ HostIp: "127.0.0.1", HostPort: "19093" }],
      },
    },
  }];
  assertEquals(parseInspect(JSON.stringify(answer)), [{
    name: "ana-kafka",
    service: "kafka",
    status: "running",
    health: "healthy",
    restarts: 3,
    startedMs: Date.parse("2026-11-24T15:01:43.586Z"),
    end: { exitCode: 0, oomKilled: false, error: "" },
    image: "confluentinc/cp-kafka:7.9.8",
    networks: ["part-a_dasnet"],
    ports: { "9093/tcp": 19093 },
    env: { KAFKA_HEAP_OPTS: "-Xms256m -Xmx512m", A: "b=c" },
  }]);
});

// What went over the wire between this request and Kafka 3.9.2.
const request = "0000001b0003000100000007000d63727970746f2d7665726966790" +
  "0000000";
const response = "00000007000000010000000100096c6f63616c686f7374000071a5" +
  "ffff0000000100000000";

Deno.test("`encodeRequest()` asks as the broker understands", () => {
  assertEquals(encodeRequest(7, "crypto-verify").toHex(), request);
});

Deno.test("`decodeBrokers()` reads a broker's answer and refuses others", () => {
  const bytes = Uint8Array.fromHex(response);
  assertEquals(decodeBrokers(bytes, 7), [{ host: "localhost", port: 29093 }]);
  for (const bad of [bytes.subarray(0, 20), Uint8Array.of(72, 84, 84, 80)]) {
    let threw = false;
    try {
      decodeBrokers(bad, 7);
    } catch {
      threw = true;
    }
    assert(threw);
  }
});
