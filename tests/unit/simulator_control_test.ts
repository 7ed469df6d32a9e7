import { assert, assertEquals } from "@std/assert";
import { control } from "../../tasks/simulator/control.ts";
import type { Fault } from "../../tasks/simulator/faults.ts";
import {
  logEntry,
  remember,
  type ServedRequest,
} from "../../tasks/simulator/request_log.ts";
import { simulatedRequest } from "../fakes/simulated_request.ts";

const pendingHang: readonly Fault[] = [{ kind: "hang" }];
const asked = simulatedRequest(
  "GET /api/v3/simple/price?ids=bitcoin&x_cg_demo_api_key=planted",
  { "X-CG-Demo-API-Key": "planted" },
);

function call(text: string, body = "", faults = pendingHang) {
  const log = [1, 2, 3].map((atMs) => logEntry(asked, { atMs }));
  const all = control(simulatedRequest(text), body, { faults, log });
  const { status, body: json } = all.reply;
  return { status, json: JSON.parse(json), faults: all.faults };
}

Deno.test("`control()` appends, lists and clears faults", () => {
  const more = '[{"kind":"reset","times":3}]';
  const { faults } = call("POST /control/faults", more);
  assertEquals(call("GET /control/faults", "", faults).json, [
    { kind: "hang" },
    { kind: "reset", times: 3 },
  ]);
  assertEquals(call("DELETE /control/faults", "", faults).faults, []);
});

Deno.test("`control()` rejects an invalid list and keeps the pending faults", () => {
  const { status, json, faults } = call(
    "POST /control/faults",
    '[{"kind":"x"}]',
  );
  assertEquals(status, 400);
  assert(json.error.startsWith('fault 1: kind is "x"'), json.error);
  assertEquals(faults, pendingHang);
});

Deno.test("`control()` lists its paths for an unknown path", () => {
  assertEquals(call("GET /control/x").status, 404);
});

Deno.test("`control()` lists the requests", () => {
  const { json } = call("GET /control/requests");
  assertEquals(json.map(({ atMs }: ServedRequest) => atMs), [1, 2, 3]);
});

Deno.test("`logEntry()` does not keep keys", () => {
  const entry = logEntry(asked, { atMs: 5, fault: "hang" });
  assertEquals(entry, {
    atMs: 5,
    method: "GET",
    path: "/simple/price",
    fault: "hang",
    status: 0,
    body: "",
    outcome: "pending",
  });
});

Deno.test("`remember()` drops the oldest beyond the limit", () => {
  const log: ServedRequest[] = [];
  for (const atMs of [1, 2, 3, 4, 5]) {
    remember(log, logEntry(asked, { atMs }), 3);
  }
  assertEquals(log.map(({ atMs }) => atMs), [3, 4, 5]);
});
