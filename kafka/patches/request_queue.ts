// Fixes two timers of kafkajs 2.2.4's request queue. Both make an idle producer
// use CPU time; the first also prints a warning.

/** The used part of kafkajs's request. */
export interface QueuedRequest {
  /** How long the response may take, in milliseconds. */
  readonly requestTimeout: number;
  /** Fails the request with a timeout. */
  timeoutRequest(): void;
}

/** The used part of kafkajs's request queue, one for each connection. */
export interface RequestQueue {
  /** Requests not sent yet. */
  readonly pending: readonly unknown[];
  /** Requests without a response yet. */
  readonly inflight: ReadonlyMap<number, QueuedRequest>;
  /** Until when the broker throttles this client, ms since 1970. */
  readonly throttledUntil: number;
  /** Whether requests may time out. */
  readonly enforceRequestTimeout: boolean;
  /** The timer of the timeout check. */
  requestTimeoutIntervalId?: unknown;
  /** Arms the timer that sends what is pending. */
  scheduleCheckPendingRequests(): void;
  /** Arms the timer of the timeout check. */
  scheduleRequestTimeoutCheck(): void;
  /** Sends a request. */
  sendSocketRequest(request: QueuedRequest): void;
  /** Ends all timers. */
  destroy(): void;
}

const checkEveryMs = 100;

/**
 * Patches the queues' prototype.
 *
 * - `scheduleCheckPendingRequests` keeps arming a timer with a negative delay,
 *   which Node and Deno turn into one millisecond (kafkajs issue 1751). Without
 *   pending requests and throttling there is nothing to check.
 * - The timeout check runs ten times a second on every connection, also without
 *   requests in flight, and by the wall clock. It now runs only while one is in
 *   flight, and by the monotonic clock.
 */
export function patchRequestQueue(queue: RequestQueue): void {
  const { scheduleCheckPendingRequests, sendSocketRequest, destroy } = queue;
  const sentAt = new WeakMap<QueuedRequest, number>();

  queue.scheduleCheckPendingRequests = function () {
    if (this.pending.length === 0 && this.throttledUntil <= Date.now()) return;
    scheduleCheckPendingRequests.call(this);
  };

  queue.scheduleRequestTimeoutCheck = () => {};

  queue.sendSocketRequest = function (request) {
    sentAt.set(request, performance.now());
    sendSocketRequest.call(this, request);
    if (!this.enforceRequestTimeout || this.inflight.size === 0) return;
    this.requestTimeoutIntervalId ??= setInterval(() => {
      const now = performance.now();
      for (const late of [...this.inflight.values()]) {
        const sent = sentAt.get(late) ?? now;
        if (now - sent > late.requestTimeout) late.timeoutRequest();
      }
      if (this.inflight.size === 0) stopCheck(this);
    }, checkEveryMs);
  };

  queue.destroy = function () {
    stopCheck(this);
    destroy.call(this);
  };
}

function stopCheck(queue: RequestQueue): void {
  clearInterval(queue.requestTimeoutIntervalId as number);
  queue.requestTimeoutIntervalId = undefined;
}
