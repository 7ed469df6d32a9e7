// What silver and gold must be, computed from bronze by other code: its own
// reader of JSON, and decimals as whole numbers of their last digit.

/** What the models read of a row of bronze. */
export interface Bronze {
  readonly offset: number;
  readonly payload: string | null;
  readonly encoding: "utf-8" | "base64" | null;
  /** Seconds since 1970, as the ingestion's. */
  readonly seconds: number;
}

interface Node {
  readonly kind: "text" | "word" | "array" | "object";
  readonly text: string;
  readonly members: ReadonlyMap<string, Node>;
}

const nothing: ReadonlyMap<string, Node> = new Map();

/** Reads text that is JSON; of two members with one name, the first counts. */
function readJson(json: string): Node {
  let at = 0;
  let level = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(json)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const space = () => take(/[ \t\r\n]*/y);
  function list(end: string, item: () => void): void {
    if (++level > 1_000) throw new SyntaxError("too many levels");
    for (at++, space(); json[at] !== end; space()) {
      if (json[at] === ",") at++;
      space();
      item();
    }
    level--;
    at++;
  }
  function value(): Node {
    space();
    if (json[at] === '"') {
      const text: string = JSON.parse(take(/"(?:[^"\\]|\\.)*"/y));
      if (!text.isWellFormed()) throw new SyntaxError("a lone surrogate");
      return { kind: "text", text, members: nothing };
    }
    if (json[at] === "[") {
      list("]", value);
      return { kind: "array", text: "", members: nothing };
    }
    if (json[at] === "{") {
      const members = new Map<string, Node>();
      list("}", () => {
        const name = value().text;
        space();
        at++;
        const member = value();
        if (!members.has(name)) members.set(name, member);
      });
      return { kind: "object", text: "", members };
    }
    const text = take(/[^\s,\]}]+/y);
    const kind = /^[-0-9]/.test(text) ? "text" : "word";
    return { kind, text, members: nothing };
  }
  return value();
}

function parsed(json: string): Node | undefined {
  try {
    JSON.parse(json);
    return readJson(json);
  } catch {
    return undefined;
  }
}

interface Decimal {
  readonly isNumber: boolean;
  /** Without a value: too large for the column. */
  readonly units?: bigint;
}

/** A number in units of 10^-scale, halves rounded away from zero. */
export function decimalOf(text: string | undefined, scale: number): Decimal {
  const match = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/
    .exec(text ?? "");
  if (match === null) return { isNumber: false };
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) return { isNumber: true, units: 0n };
  const shift = Number(exponent) - fraction.length + scale;
  const length = String(digits).length + shift;
  if (length < 0) return { isNumber: true, units: 0n };
  if (length > 38) return { isNumber: true };
  const units = shift >= 0
    ? digits * 10n ** BigInt(shift)
    : (digits * 2n + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift));
  return units < 10n ** 37n
    ? { isNumber: true, units: sign === "-" ? -units : units }
    : { isNumber: true };
}

/** A tick, or a coin or record that gave none; numbers in units. */
export interface Candidate {
  readonly offset: number;
  readonly processed: number;
  readonly coin: string | null;
  readonly reason: string | null;
  readonly source: string | null;
  readonly values: readonly (bigint | null)[];
  /** µs since 1970. */
  readonly micros: bigint;
}

function reasonOf(usd: string | undefined, price: Decimal): string | undefined {
  const { isNumber, units } = price;
  if (!isNumber) return "price_null";
  if (usd?.startsWith("-") || units === 0n) return "price_not_positive";
  return units === undefined ? "price_out_of_range" : undefined;
}

function timeReason(time: Decimal, seconds: number): string | undefined {
  const { isNumber, units } = time;
  if (isNumber && units === undefined) return "timestamp_in_future";
  if (!isNumber || units === undefined || units <= 0n) {
    return "timestamp_missing";
  }
  return units > BigInt(seconds + 300) * 1_000_000n
    ? "timestamp_in_future"
    : undefined;
}

function ofCoin(
  row: Bronze,
  coin: string,
  node: Node,
): Omit<Candidate, "source"> {
  const text = (name: string) => {
    const member = node.members.get(name);
    return member?.kind === "text" ? member.text : undefined;
  };
  const price = decimalOf(text("usd"), 18);
  const updated = text("last_updated_at");
  const time = decimalOf(updated, 6);
  const reason = reasonOf(text("usd"), price) ??
    (updated?.startsWith("-")
      ? "timestamp_missing"
      : timeReason(time, row.seconds)) ??
    null;
  const key = { offset: row.offset, processed: row.seconds, coin, reason };
  if (reason !== null) return { ...key, values: [], micros: 0n };
  const values = [
    price,
    decimalOf(text("usd_24h_vol"), 8),
    decimalOf(text("usd_market_cap"), 8),
    decimalOf(text("usd_24h_change"), 18),
  ].map(({ units }) => units ?? null);
  return { ...key, values, micros: time.units ?? 0n };
}

function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}

/** The candidates of a row of bronze. */
export function candidatesOf(row: Bronze): Candidate[] {
  const json = row.encoding === "utf-8" && row.payload !== null
    ? parsed(row.payload)
    : undefined;
  const without = (reason: string, source: string | null): Candidate[] => [{
    offset: row.offset,
    processed: row.seconds,
    coin: null,
    reason,
    source,
    values: [],
    micros: 0n,
  }];
  if (json === undefined) return without("not_json", null);
  const system = json.members.get("source_system");
  const source = system?.kind === "text" ? storable(system.text) : null;
  const coins = new Map<string, Node>();
  for (const [name, node] of json.members.get("data")?.members ?? nothing) {
    if (!coins.has(storable(name))) coins.set(storable(name), node);
  }
  if (coins.size === 0) return without("no_data_object", source);
  return Array.from(
    coins,
    ([coin, node]) => ({ ...ofCoin(row, coin, node), source }),
  );
}

/** Silver, from all candidates in the order of their arrival. */
export function silverOf(candidates: readonly Candidate[]) {
  const ticks = new Map<string, Candidate>();
  const revisions: Candidate[] = [];
  for (const candidate of candidates) {
    if (candidate.reason !== null) continue;
    const key = JSON.stringify([candidate.coin, String(candidate.micros)]);
    const won = ticks.get(key);
    if (won === undefined) ticks.set(key, candidate);
    else if (String(won.values) !== String(candidate.values)) {
      revisions.push(candidate);
    }
  }
  return {
    ticks: [...ticks.values()],
    revisions,
    rejects: candidates.filter(({ reason }) => reason !== null),
  };
}
