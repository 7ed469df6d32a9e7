import type { FakeClock } from "./clock.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function clamp(ms: number) {
  return Math.min(900_000, Math.max(1_000, ms));
}
function httpDate(ms: number) {
  return new Date(ms).toUTCString();
}

export interface Outcome {
  readonly good: boolean;
  /** How long no request may follow, in milliseconds; 0 for no limit. */
  readonly retryAfterMs: number;
}

export interface StormRequest {
  readonly atMs: number;
  readonly wallMs: number;
  /** How many were in flight, this one included. */
  readonly inFlight: number;
  outcome?: Outcome;
}

/**
 * The worst case of an API, by a seed: responses after 0 to 40 s, errors with
 * every kind of `Retry-After`, lost connections, an occasional pause of an hour,
 * and a wall clock that jumps by days.
 */
export function stormyApi(clock: FakeClock, random: () => number) {
  const requests: StormRequest[] = [];
  let inFlight = 0;
  const pick = <T>(items: readonly T[]) =>
    items[Math.floor(random() * items.length)]!;
  const whole = (low: number, high: number) =>
    low + Math.floor(random() * (high - low + 1));

  /** Headers of some kind, and the wait that they mean. */
  function retryAfter(): [
    headers: Record<string, string>,
    retryAfterMs: number,
  ] {
    const wallMs = clock.now().epochMilliseconds;
    const serverMs = wallMs + whole(-365, 365) * dayMs;
    const seconds = whole(-100, 2_000);
    const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000;
    const local = wholeSecond(wallMs + seconds * 1000);
    return pick<() => [Record<string, string>, number]>([
      () => [{ "retry-after": String(seconds) }, clamp(seconds * 1000)],
      () => [{
        date: httpDate(serverMs),
        "retry-after": httpDate(serverMs + seconds * 1000),
      }, clamp(seconds * 1000)],
      () => [{ "retry-after": httpDate(local) }, clamp(local - wallMs)],
      () => [{ "retry-after": "9".repeat(whole(1, 400) + 20) }, 900_000],
      () => [
        { "retry-after": pick(["soon", "1e3", "7 apples", "2035-01-01"]) },
        60_000,
      ],
    ])();
  }

  function respond(): [Response | Error, Outcome] {
    const kind = random();
    if (kind < 0.55) {
      const body = '{"bitcoin":{"usd":1,"last_updated_at":1764758514}}';
      const headers = { "content-type": "application/json" };
      return [new Response(body, { headers }), { good: true, retryAfterMs: 0 }];
    }
    const status = pick([429, 503, 500, 401]);
    const rejected = (headers: Record<string, string>, retryAfterMs: number) =>
      [
        new Response("no", { status, headers }),
        { good: false, retryAfterMs },
      ] as [Response, Outcome];
    if (kind < 0.75) return rejected(...retryAfter());
    if (kind < 0.9) return rejected({}, status === 429 ? 60_000 : 0);
    const cause = new Error("client error (Connect): Connection refused");
    return [new TypeError("fetch failed", { cause }), {
      good: false,
      retryAfterMs: 0,
    }];
  }

  async function fetch(): Promise<Response> {
    const request: StormRequest = {
      atMs: clock.monotonic(),
      wallMs: clock.now().epochMilliseconds,
      inFlight: ++inFlight,
    };
    requests.push(request);
    const tookMs = random() * 40_000 + (random() < 0.03 ? hourMs : 0);
    clock.advance(tookMs / 2);
    await Promise.resolve();
    if (random() < 0.2) clock.wallOffsetMs += (random() - 0.5) * 60 * dayMs;
    clock.advance(tookMs / 2);
    const [response, outcome] = respond();
    request.outcome = outcome;
    inFlight--;
    if (response instanceof Error) throw response;
    return response;
  }

  return { fetch, requests };
}
