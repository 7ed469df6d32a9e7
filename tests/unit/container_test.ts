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
    complaint: "",
    restarts: 3,
    startedMs: Date.parse("2026-11-24T15:01:43.586Z"),
    end: { exitCode: 0, oomKilled: false, error: "" },
    networks: ["part-a_dasnet"],
    ports: { "9093/tcp": 19093 },
    env: { KAFKA_HEAP_OPTS: "-Xms256m -Xmx512m", A: "b=c" },
  }]);
});

Deno.test("`parseInspect()` reads the words of a health check that failed", () => {
  function complaint(output: string, code: number, status = "running"): string {
    const log = [
      { ExitCode: 1, Output: "an older one" },
      { ExitCode: code, Output: output },
    ];
    const [seen] = parseInspect(JSON.stringify([{
      State: { Status: status, Health: { Status: "unhealthy", Log: log } },
      Config: { Healthcheck: { Test: ["CMD-SHELL", "nc -z localhost 9092"] } },
    }]));
    return seen?.complaint ?? "";
  }
  for (
    const [output, code, expected] of [
      ["fine", 0, ""],
      ["", 1, "exit code 1 of nc -z localhost 9092"],
      ["a\r\n\n\x1b[31mb\x1b[0m:\tc\n", 1, "a b: c"],
      ["first\nsecond\nthird", -1, "second third"],
    ] as const
  ) {
    assertEquals(complaint(output, code), expected);
  }
  const long = complaint("x".repeat(4000), 1);
  assertEquals([long.length, long.at(-1)], [110, "\u2026"]);
  assertEquals(complaint("refused", 1, "exited"), "", "it says nothing of now");
});
