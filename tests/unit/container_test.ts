import { assertEquals } from "@std/assert";
import { parseInspect } from "../../tasks/docker/container.ts";

Deno.test("`parseInspect()` reads what `docker inspect` prints", () => {
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
    networks: ["part-a_dasnet"],
    ports: { "9093/tcp": 19093 },
    env: { KAFKA_HEAP_OPTS: "-Xms256m -Xmx512m", A: "b=c" },
  }]);
});
