// Compares what the API served with what is in the topic. Pure.
//
// Of the producer's own accounting it uses two kinds of log lines only: which
// instance a process was, and how many samples it reported.
//
// A sample is a complete response that the process read and whose record it
// committed. When a process dies, a response may be on its way to it or not yet
// committed. Since it polls one at a time, this is at most the last response of
// its life. So of each life
//
// - every response but the last must be in the topic,
// - and the last too, if the process logged `polled` for it, which it does after
//   the commit.
//
// Sequence numbers are not trusted either: the n-th complete response of a life
// must be the record with sequence n, with exactly the bytes that were served.

/** One process from its start to its exit, with an API of its own. */
export interface Life {
  /** The state folder: lives that share it are ordered among themselves. */
  readonly stream: string;
  /** `instance` of its log line `started`; absent if it died before that. */
  readonly instance: string | undefined;
  /** The bodies of the complete responses with status 200, in order. */
  readonly served: readonly string[];
  /** The highest sequence of its log lines `polled`; 0 for none. */
  readonly polled: number;
}

export interface Dumped {
  readonly partition: number;
  readonly offset: bigint;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The result; each fault as a line of text. */
export interface Verdict {
  /** Complete responses. */
  readonly served: number;
  readonly records: number;
  /** Samples that are missing in the topic. */
  readonly lost: readonly string[];
  /** Records that are there another time. */
  readonly duplicated: readonly string[];
  /** `ce_id` of each of {@linkcode duplicated}. */
  readonly duplicatedIds: readonly string[];
  /** Records behind a later one of their stream. */
  readonly outOfOrder: readonly string[];
  /** Records that differ from every response served. */
  readonly unexpected: readonly string[];
}

function short(instance: string | undefined): string {
  return instance?.slice(0, 8) ?? "none";
}

/** The text of the field `data`, which must be the response's. */
export function dataOf(value: string): string | undefined {
  const begin = '{"status":"success","data":';
  const end = value.lastIndexOf(',"api_call_timestamp":');
  if (!value.startsWith(begin) || end < 0) return undefined;
  return value.slice(begin.length, end);
}

/**
 * Compares lives with a topic.
 *
 * @param lives In the order of their starts.
 * @param records By partition and offset.
 * @throws when two responses are equal: they could not be distinguished.
 */
export function judge(
  lives: readonly Life[],
  records: readonly Dumped[],
): Verdict {
  const bodies = lives.flatMap(({ served }) => served);
  if (new Set(bodies).size !== bodies.length) {
    throw new Error("two responses are equal: records cannot be distinguished");
  }
  const lost: string[] = [];
  const duplicated: string[] = [];
  const duplicatedIds: string[] = [];
  const outOfOrder: string[] = [];
  const unexpected: string[] = [];
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
      unexpected.push(name);
      continue;
    }
    const isKnown = found[at]!.has(sequence);
    if (isKnown !== ids.has(ce_id)) {
      unexpected.push(`${name}: ce_id ${ce_id} is not unique to it`);
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
    ...{ lost, duplicated, duplicatedIds, outOfOrder, unexpected },
  };
}

export function describe(verdict: Verdict): string {
  const { served, records, lost, duplicated, outOfOrder, unexpected } = verdict;
  return `${served} served, ${records} records: ${lost.length} lost, ` +
    `${duplicated.length} duplicated, ${outOfOrder.length} out of order` +
    (unexpected.length > 0 ? `, ${unexpected.length} unexpected` : "");
}
