import { assertEquals } from "@std/assert";
import { pageState, stepWord } from "../../lakehouse/page/assets/states.js";
import { chainBody, type ChainKind } from "../fakes/chain_body.ts";
import { pricesBody } from "../fakes/page_bodies.ts";

type Facts = Parameters<typeof pageState>[0];

/** What a page knows in a state of its chain. */
function facts(kind: ChainKind, more: Partial<Facts> = {}): Facts {
  return {
    lostMs: undefined,
    chain: chainBody(kind) as Facts["chain"],
    prices: pricesBody({ isEmpty: kind === "empty" }),
    error: undefined,
    ageMs: 1_325_400,
    isPast: false,
    ...more,
  };
}

Deno.test("pageState() finds the word for each state", () => {
  const rows: readonly [Facts, string, string | undefined][] = [
    [facts("flowing", { chain: undefined }), "loading", undefined],
    [facts("flowing", { prices: undefined }), "loading", undefined],
    [facts("flowing"), "live", undefined],
    [facts("rejects"), "live", "Silver: attention"],
    [facts("empty"), "empty", "The lake holds no price yet"],
    [facts("stale"), "stale", "No new prices"],
    [facts("broken"), "broken", "Topic: broken"],
    [facts("flowing", { isPast: true }), "past", undefined],
    [
      facts("empty", { isPast: true }),
      "past",
      "The lake held no price then",
    ],
    // What is broken now matters in the past too.
    [facts("broken", { isPast: true }), "broken", "Topic: broken"],
    [
      facts("broken", { error: { message: "no lake", next: "run it" } }),
      "unreadable",
      "The lake cannot be read",
    ],
    [
      facts("flowing", {
        isPast: true,
        error: { message: "snapshot 3 has expired", status: 404 },
      }),
      "unreadable",
      "That time cannot be shown",
    ],
    [
      facts("broken", { lostMs: 1_000 }),
      "lost",
      "This page has lost its own server",
    ],
  ];
  for (const [given, id, title] of rows) {
    const state = pageState(given, 13_000);
    assertEquals(state.id, id);
    assertEquals(state.advice[0]?.title, title, id);
  }
});

Deno.test("pageState() says ages in words and passes causes on as they are", () => {
  const stale = pageState(facts("stale"), 0);
  assertEquals(stale.advice[0]?.text, "The newest record is 22 minutes old.");
  const lost = pageState(facts("flowing", { lostMs: 1_000 }), 13_000);
  assertEquals(
    lost.advice[0]?.text?.startsWith("It has not answered for 12 seconds;"),
    true,
  );
  const broken = pageState(facts("broken"), 0);
  assertEquals(broken.advice, [{
    title: "Topic: broken",
    text: "localhost:9092 does not respond: connection refused",
    next: "start the stack: deno task setup",
  }]);
  const empty = pageState(facts("empty"), 0);
  assertEquals(
    empty.advice[0]?.next,
    "in a terminal of its own: deno task produce",
  );
});

Deno.test("stepWord() has a word for each state of a step", () => {
  const states = ["ok", "warn", "fail", "unknown"] as const;
  assertEquals(states.map(stepWord), [
    "ok",
    "attention",
    "broken",
    "not known",
  ]);
});
