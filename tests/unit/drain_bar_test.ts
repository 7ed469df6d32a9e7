import { assertEquals } from "@std/assert";
import { barText } from "../../lib/bar_text.ts";
import { DrainBar } from "../../lakehouse/drain_bar.ts";
import type {
  FollowEvent,
  PartitionProgress,
} from "../../lakehouse/ingest/events.ts";

/** What a terminal shows of the texts, each with the newline of the queue. */
function screen(texts: readonly string[]): string[] {
  const rows = [""];
  for (const text of texts) {
    // deno-lint-ignore no-control-regex -- what moves the cursor
    for (const part of `${text}\n`.split(/(\x1b\[1A|\x1b\[0J|[\r\n])/)) {
      if (part === "\n") rows.push("");
      else if (part === "\x1b[1A") rows.pop();
      else if (part === "\x1b[0J") rows[rows.length - 1] = "";
      else if (part !== "\r") rows[rows.length - 1] += part;
    }
  }
  return rows;
}

function positioned(...partitions: PartitionProgress[]): FollowEvent {
  const common = { epoch: 0, newestTimestampMs: undefined, isFirst: true };
  return { kind: "positioned", ...common, partitions };
}

function committed(...partitions: PartitionProgress[]): FollowEvent {
  return {
    kind: "committed",
    committed: {
      snapshot: 1,
      rows: 1,
      ticks: 1,
      repeats: 0,
      revisions: 0,
      rejects: {},
      newestTimestampMs: undefined,
      durationMs: 1,
    },
    gaps: 0,
    partitions,
  };
}

Deno.test("the bar of a drain is under the log lines, counts from where it began, and goes at the end", () => {
  const width = 60;
  const bar = new DrainBar(() => width);
  const text = (done: number, all: number) =>
    barText(done, all, { what: "records", width });
  const texts = [bar.line("started")];
  const see = (event: FollowEvent) => texts.push(bar.seen(event) ?? "none");
  see(positioned(
    { partition: 0, next: 100n, end: 150n },
    { partition: 1, next: 0n, end: 50n },
  ));
  assertEquals(screen(texts), [
    "started",
    text(0, 100),
    "",
  ]);
  texts.push(bar.line("beginning"));
  see(committed(
    { partition: 0, next: 140n, end: 150n },
    { partition: 1, next: 10n, end: 50n },
  ));
  texts.push(bar.line("committed"));
  assertEquals(screen(texts), [
    "started",
    "beginning",
    "committed",
    text(50, 100),
    "",
  ]);
  // A topic that grows, and a new partition; going on after a failure.
  see(positioned(
    { partition: 0, next: 140n, end: 160n },
    { partition: 1, next: 50n, end: 50n },
    { partition: 2, next: 0n, end: 10n },
  ));
  assertEquals(screen(texts).at(-2), text(90, 120));
  bar.end();
  texts.push(bar.line("stopped"), bar.line("the last"));
  assertEquals(screen(texts), [
    "started",
    "beginning",
    "committed",
    "stopped",
    "the last",
    "",
  ]);
});

Deno.test("a topic that was created again is counted from its start; other events draw nothing", () => {
  const bar = new DrainBar(() => 80);
  bar.seen(positioned({ partition: 0, next: 100n, end: 100n }));
  assertEquals(
    bar.seen({ kind: "read", partitions: [] }),
    undefined,
  );
  bar.seen({ kind: "epoch", epoch: 1, reason: "gone" });
  assertEquals(
    bar.seen(positioned({ partition: 0, next: 0n, end: 8n }))
      ?.endsWith("] 0 of 8 records"),
    true,
  );
});
