import type { FakeClock } from "./clock.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function clamp(ms: number) {
  return Math.min(900_000, Math.max(1_000, ms));
}
function httpDate(ms: number) {
  return new Date(ms).toUTCString();
}

/** What one question came to, with what it asks of the next ones. */
export interface Outcome {
  /** Whether it gave prices. */
  readonly good: boolean;
  /** How long nobody may ask, in milliseconds; 0 for no wish. */
  readonly restMs: number;
}

/** A question as it arrived. */
export interface Question {
  /** When, on the monotonic clock. */
  readonly atMs: number;
  /** When, on the wall clock. */
  readonly wallMs: number;
  /** How many were under way, this one included. */
  readonly underWay: number;
  /** Set when it is over. */
  outcome?: Outcome;
}

/**
 * An API at its worst, by a seed: answers after 0 to 40 s, refusals with
 * `Retry-After` of all kinds, lost connections; an hour's pause here and there,
 * and a wall clock that jumps by days.
 */
export function stormyApi(clock: FakeClock, random: () => number) {
  const questions: Question[] = [];
  let underWay = 0;
  const pick = <T>(items: readonly T[]) =>
    items[Math.floor(random() * items.length)]!;
  const whole = (low: number, high: number) =>
    low + Math.floor(random() * (high - low + 1));

  /** A header of one kind or another, and the rest that it means. */
  function retryAfter(): [headers: Record<string, string>, restMs: number] {
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

  function answer(): [Response | Error, Outcome] {
    const kind = random();
    if (kind < 0.55) {
      const body = '{"bitcoin":{"usd":1,"last_updated_at":1764758514}}';
      const headers = { "content-type": "application/json" };
      return [new Response(body, { headers }), { good: true, restMs: 0 }];
    }
    const status = pick([429, 503, 500, 401]);
    const refused = (headers: Record<string, string>, restMs: number) =>
      [
        new Response("no", { status, headers }),
        { good: false, restMs },
      ] as [Response, Outcome];
    if (kind < 0.75) return refused(...retryAfter());
    if (kind < 0.9) return refused({}, status === 429 ? 60_000 : 0);
    const cause = new Error("client error (Connect): Connection refused");
    return [new TypeError("fetch failed", { cause }), {
      good: false,
      restMs: 0,
    }];
  }

  async function fetch(): Promise<Response> {
    const question: Question = {
      atMs: clock.monotonic(),
      wallMs: clock.now().epochMilliseconds,
      underWay: ++underWay,
    };
    questions.push(question);
    const tookMs = random() * 40_000 + (random() < 0.03 ? hourMs : 0);
    clock.advance(tookMs / 2);
    await Promise.resolve();
    if (random() < 0.2) clock.wallOffsetMs += (random() - 0.5) * 60 * dayMs;
    clock.advance(tookMs / 2);
    const [response, outcome] = answer();
    question.outcome = outcome;
    underWay--;
    if (response instanceof Error) throw response;
    return response;
  }

  return { fetch, questions };
}
