export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly series: Series[];
}

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\]|\\\\["\\\\n])*"';
const helpLine = new RegExp(`^# HELP (${name}) ((?:[^\\\\]|\\\\[\\\\n])*)$`);
const typeLine = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram)$`);
const seriesLine = new RegExp(
  `^(${name})(?:\\{(${label}(?:,${label})*)\\})? (\\S+)$`,
);

function unescape(text: string): string {
  return text.replaceAll(
    /\\(.)/g,
    (_, escaped) => escaped === "n" ? "\n" : escaped,
  );
}

function valueOf(text: string): number {
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  const value = Number(text);
  if (Number.isNaN(value) && text !== "NaN") {
    throw new Error(`not a number: ${text}`);
  }
  return value;
}

function seriesOf(line: string): Series {
  const [, name = "", labels = "", value = ""] = seriesLine.exec(line) ?? [];
  if (name === "") throw new Error(`not a series: ${line}`);
  const pairs = labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  return {
    name,
    labels: Object.fromEntries(
      Array.from(pairs, ([, key, text = ""]) => [key, unescape(text)]),
    ),
    value: valueOf(value),
  };
}

function belongsTo({ name, type }: Family, series: string): boolean {
  if (type !== "histogram") return series === name;
  return ["_bucket", "_sum", "_count"].some((end) => series === name + end);
}

/**
 * Reads a page in Prometheus's text format 0.0.4, by its specification and
 * not by the code that prints it. Strict: each metric needs HELP, TYPE and its
 * series, in that order, and no series may occur twice.
 */
export function parsePrometheus(page: string): Family[] {
  if (!page.endsWith("\n")) throw new Error("the last line has no end");
  const families: Family[] = [];
  const seen = new Set<string>();
  let help: { name: string; text: string } | undefined;
  for (const line of page.slice(0, -1).split("\n")) {
    const [, helped, text = ""] = helpLine.exec(line) ?? [];
    const [, typed, type = ""] = typeLine.exec(line) ?? [];
    if (helped !== undefined) {
      help = { name: helped, text: unescape(text) };
    } else if (typed !== undefined) {
      if (help?.name !== typed || families.some(({ name }) => name === typed)) {
        throw new Error(`unexpected TYPE: ${line}`);
      }
      families.push({ name: typed, help: help.text, type, series: [] });
    } else {
      const series = seriesOf(line);
      const key = line.slice(0, line.lastIndexOf(" "));
      const family = families.at(-1);
      if (family === undefined || !belongsTo(family, series.name)) {
        throw new Error(`a series without its TYPE: ${line}`);
      }
      if (seen.has(key)) throw new Error(`twice: ${key}`);
      seen.add(key);
      family.series.push(series);
    }
  }
  return families;
}

/** The values of a page by the series as it is printed, labels included. */
export function seriesValues(page: string): Map<string, number> {
  const all = parsePrometheus(page).flatMap(({ series }) => series);
  return new Map(all.map(({ name, labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) =>
      `${key}="${text}"`
    );
    const braces = pairs.length > 0 ? `{${pairs.join(",")}}` : "";
    return [name + braces, value];
  }));
}
