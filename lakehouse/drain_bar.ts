// How far `lake run --once` is, as a bar under its log lines on a terminal.
//
// It goes the way of the lines and is the end of each, so that a terminal that is
// held by Ctrl-S stops neither.

import { barText } from "../lib/bar_text.ts";
import type { FollowEvent, PartitionProgress } from "./ingest/events.ts";

/** Goes up to the bar, and removes it with what was typed below. */
const takeBack = "\x1b[1A\r\x1b[0J";

/** A bar under log lines. */
export class DrainBar {
  readonly #width: () => number;
  /** The next offset of each partition when the drain began. */
  #begins: ReadonlyMap<number, bigint> | undefined;
  #text: string | undefined;
  #isShown = false;

  /**
   * Nothing is shown yet.
   *
   * @param width Columns of the terminal.
   */
  constructor(width: () => number) {
    this.#width = width;
  }

  /**
   * A log line as it is written: in the bar's place, with the bar under it.
   *
   * @returns the text, without the newline at its end.
   */
  line(line: string): string {
    const before = this.#isShown ? takeBack : "";
    this.#isShown = this.#text !== undefined;
    return this.#text === undefined
      ? `${before}${line}`
      : `${before}${line}\n${this.#text}`;
  }

  /**
   * Takes notice of what happened.
   *
   * @returns what is written for it, without the newline at its end.
   */
  seen(event: FollowEvent): string | undefined {
    if (event.kind === "epoch") this.#begins = undefined;
    if (event.kind !== "positioned" && event.kind !== "committed") {
      return undefined;
    }
    const { partitions } = event;
    this.#begins ??= new Map(partitions.map((it) => [it.partition, it.next]));
    this.#text = this.#bar(partitions, this.#begins);
    const before = this.#isShown ? takeBack : "";
    this.#isShown = true;
    return `${before}${this.#text}`;
  }

  #bar(
    partitions: readonly PartitionProgress[],
    begins: ReadonlyMap<number, bigint>,
  ): string {
    let [done, all] = [0n, 0n];
    for (const { partition, next, end } of partitions) {
      const begin = begins.get(partition) ?? 0n;
      done += next - begin;
      all += (end > next ? end : next) - begin;
    }
    const width = this.#width();
    return barText(Number(done), Number(all), { what: "records", width });
  }

  /** The next line takes its place for good. */
  end(): void {
    this.#text = undefined;
  }
}
