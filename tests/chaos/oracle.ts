/**
 * The judge: what the API served against what lies in the topic. Pure.
 *
 * It knows nothing of the producer's own bookkeeping but two kinds of log
 * lines: which instance a process was, and how many samples it said it had.
 *
 * What counts as a good sample: a whole answer that the process read, whose
 * record it committed. A process that ends may have an answer on its way to
 * it, or one that is not committed yet. Since it polls one at a time this is
 * at most the last answer of its life. So of each life
 *
 * - every answer but the last has to be in the topic,
 * - and the last too, if the process wrote the line `polled` for it, which it
 *   does after the commit.
 *
 * Numbers are not believed either: the n-th whole answer of a life has to be
 * the record with sequence n, and with the very bytes that were served.
 *
 * @module
 */

/** One process from its start to its end, with an API of its own. */
export interface Life {
  /** Lives with the same state folder; in order among themselves. */
  readonly stream: string;
  /** `instance` of its log line `started`; absent when it got not so far. */
  readonly instance: string | undefined;
  /** The bodies of the whole answers with status 200, in order. */
  readonly served: readonly string[];
  /** The highest sequence of its log lines `polled`; 0 for none. */
  readonly polled: number;
}

/** A record of the topic. */
export interface Dumped {
  /** The partition. */
  readonly partition: number;
  /** The offset. */
  readonly offset: bigint;
  /** The value. */
  readonly value: string;
  /** The headers. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What was found; each fault as a line for people. */
export interface Verdict {
  /** Answers that were served whole. */
  readonly served: number;
  /** Records in the topic. */
  readonly records: number;
  /** Samples that should be in the topic and are not. */
  readonly lost: readonly string[];
  /** Records that are there once more. */
  readonly duplicated: readonly string[];
  /** `ce_id` of each record that is there once more. */
  readonly duplicatedIds: readonly string[];
  /** Records that lie behind a later one of their stream. */
  readonly outOfOrder: readonly string[];
  /** Records that nobody served so. */
  readonly untrue: readonly string[];
}

function short(instance: string | undefined) {
  return instance?.slice(0, 8) ?? "none";
}

/** The bytes of the field `data`, which have to be the answer's. */
export function dataOf(value: string): string | undefined {
  const begin = '{"status":"success","data":';
  const end = value.lastIndexOf(',"api_call_timestamp":');
  if (!value.startsWith(begin) || end < 0) return undefined;
  return value.slice(begin.length, end);
}

/**
 * Compares.
 *
 * @param lives In the order in which they began.
 * @param records In the order of the topic: by offset, one partition after
 * the other.
 * @throws when two answers are the same, which would blind the comparison.
 */
export function judge(
  lives: readonly Life[],
  records: readonly Dumped[],
): Verdict {
  const bodies = lives.flatMap(({ served }) => served);
  if (new Set(bodies).size !== bodies.length) {
    throw new Error("two answers are the same: nothing can be told apart");
  }
  const lost: string[] = [];
  const duplicated: string[] = [];
  const duplicatedIds: string[] = [];
  const outOfOrder: string[] = [];
  const untrue: string[] = [];
  const lifeOf = new Map(lives.map((life, at) => [life.instance, at]));
  const found = lives.map(() => new Set<number>());
  const ids = new Set<string>();
  const newest = new Map<string, readonly [number, number]>();
  for (const { partition, offset, value, headers } of records) {
    const { instance, ce_id = "" } = headers;
    const sequence = Number(headers.sequence);
    const name = `${partition}/${offset}: ${sequence} of ${short(instance)}`;
    const at = lifeOf.get(instance) ?? -1;
    const life = lives[at];
    const body = life?.served[sequence - 1];
    if (life === undefined || body === undefined || body !== dataOf(value)) {
      untrue.push(name);
      continue;
    }
    const isKnown = found[at]!.has(sequence);
    if (isKnown !== ids.has(ce_id)) {
      untrue.push(`${name}: ce_id ${ce_id} does not tell it from others`);
    }
    if (isKnown) {
      duplicated.push(name);
      duplicatedIds.push(ce_id);
      continue;
    }
    found[at]!.add(sequence);
    ids.add(ce_id);
    const [newestLife, newestSequence] = newest.get(life.stream) ?? [-1, 0];
    if (at < newestLife || at === newestLife && sequence < newestSequence) {
      outOfOrder.push(name);
    } else {
      newest.set(life.stream, [at, sequence]);
    }
  }
  for (const [at, life] of lives.entries()) {
    const needed = Math.max(life.served.length - 1, life.polled);
    for (let sequence = 1; sequence <= needed; sequence++) {
      if (found[at]!.has(sequence)) continue;
      lost.push(`${sequence} of ${short(life.instance)} (life ${at + 1})`);
    }
  }
  return {
    served: bodies.length,
    records: records.length,
    ...{ lost, duplicated, duplicatedIds, outOfOrder, untrue },
  };
}

/** The verdict in a line. */
export function describe(verdict: Verdict): string {
  const { served, records, lost, duplicated, outOfOrder, untrue } = verdict;
  return `${served} served, ${records} records: ${lost.length} lost, ` +
    `${duplicated.length} duplicated, ${outOfOrder.length} out of order` +
    (untrue.length > 0 ? `, ${untrue.length} untrue` : "");
}
