import { assertEquals } from "@std/assert";
import { control } from "../../tasks/simulator/control.ts";
import { pending } from "../../tasks/simulator/faults.ts";
import type { SimulatedRequest } from "../../tasks/simulator/simulator_handler.ts";
import {
  logEntry,
  remember,
  type ServedRequest,
} from "../../tasks/simulator/request_log.ts";

function request(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  query = "",
): SimulatedRequest {
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: new Headers(headers),
  };
}

const faultsPath = "/control/faults";
const asked = request(
  "GET",
  "/api/v3/simple/price",
  { accept: "*/*", "X-CG-Demo-API-Key": "planted" },
  "ids=bitcoin,ethereum&x_cg_demo_api_key=planted",
);

Deno.test("`control()` appends, lists and clears faults", () => {
  const post = request("POST", faultsPath);
  const more = '[{"kind":"reset","times":3}]';
  const { faults } = control(post, more, {
    faults: [pending({ kind: "hang" })],
    log: [],
  });
  const { reply } = control(request("GET", faultsPath), "", {
    faults,
    log: [],
  });
  assertEquals(JSON.parse(reply.body), [
    { kind: "hang", after: 0, times: 1 },
    { kind: "reset", after: 0, times: 3 },
  ]);
  const cleared = control(request("DELETE", faultsPath), "", {
    faults,
    log: [],
  });
  assertEquals(cleared.faults, []);
});

Deno.test("`control()` rejects an invalid list and keeps the pending faults", () => {
  const before = [pending({ kind: "hang" })];
  const post = request("POST", faultsPath);
  const { reply, faults } = control(post, '[{"kind":"x"}]', {
    faults: before,
    log: [],
  });
  assertEquals(reply.status, 400);
  assertEquals(
    JSON.parse(reply.body).error.startsWith('fault 1: kind is "x"'),
    true,
  );
  assertEquals(faults, before);
});

Deno.test("`control()` lists its paths for an unknown path", () => {
  const { reply } = control(request("GET", "/control/x"), "", {
    faults: [],
    log: [],
  });
  assertEquals(reply.status, 404);
});

Deno.test("`control()` lists the requests after a number", () => {
  const log = [1, 2, 3].map((number) => logEntry(asked, { number, atMs: 0 }));
  const get = request("GET", "/control/requests", {}, "after=2");
  const { reply } = control(get, "", { faults: [], log });
  const numbers = JSON.parse(reply.body).map((one: ServedRequest) =>
    one.number
  );
  assertEquals(numbers, [3]);
});

Deno.test("`logEntry()` does not keep keys", () => {
  const entry = logEntry(asked, { number: 1, atMs: 5, fault: "hang" });
  assertEquals(JSON.stringify(entry).includes("planted"), false);
  assertEquals(entry, {
    number: 1,
    atMs: 5,
    method: "GET",
    path: "/simple/price",
    ids: ["bitcoin", "ethereum"],
    headers: { accept: "*/*", "x-cg-demo-api-key": "***" },
    fault: "hang",
    status: 0,
    body: "",
    outcome: "pending",
  });
});

Deno.test("`remember()` drops the oldest beyond the limit", () => {
  const log: ServedRequest[] = [];
  for (let number = 1; number <= 5; number++) {
    remember(log, logEntry(asked, { number, atMs: 0 }), 3);
  }
  assertEquals(log.map(({ number }) => number), [3, 4, 5]);
});
