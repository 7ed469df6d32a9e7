import { assertEquals } from "@std/assert";
import {
  patchRequestQueue,
  type QueuedRequest,
  type RequestQueue,
} from "../../kafka/patches/request_queue.ts";

Deno.test("`patchRequestQueue()` runs no timer while nothing is in flight", async () => {
  const armed: string[] = [];
  const timedOut: QueuedRequest[] = [];
  const queue: RequestQueue & { inflight: Map<number, QueuedRequest> } = {
    pending: [],
    inflight: new Map(),
    throttledUntil: -1,
    enforceRequestTimeout: true,
    scheduleCheckPendingRequests: () => void armed.push("check"),
    scheduleRequestTimeoutCheck: () => void armed.push("timeout"),
    sendSocketRequest(request) {
      this.inflight instanceof Map && this.inflight.set(1, request);
    },
    destroy: () => {},
  };
  patchRequestQueue(queue);
  queue.scheduleCheckPendingRequests();
  queue.scheduleRequestTimeoutCheck();
  assertEquals(armed, []);
  assertEquals(queue.requestTimeoutIntervalId, undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = {
    requestTimeout: 1,
    timeoutRequest() {
      timedOut.push(this);
      queue.inflight.clear();
      resolve();
    },
  };
  queue.sendSocketRequest(request);
  await promise;
  assertEquals(timedOut, [request]);
  assertEquals(queue.requestTimeoutIntervalId, undefined);
  queue.destroy();
});
