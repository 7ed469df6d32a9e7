/** Functions of PromQL that the project's files may use. */
const functions = new Set([
  "absent",
  "histogram_quantile",
  "increase",
  "label_values",
  "max_over_time",
  "rate",
  "time",
]);
const words = new Set(["and", "or", "unless", "bool", "offset"]);

/**
 * The names of metrics in an expression, sorted. Strict rather than complete:
 * unknown syntax is an error.
 */
export function metricNames(expression: string): string[] {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\{[^{}]*\}/g, "{}")
    .replaceAll(/\[(\d+[smhd]|\$__rate_interval)\]/g, "[]")
    .replaceAll(/\boffset \d+[smhd]\b/g, "offset");
  let depth = 0;
  const names = new Set<string>();
  const token =
    /\s+|\d+(?:\.\d+)?|[a-zA-Z_:][\w:]*|[()]|""|\{\}|\[\]|[<>=!]=|[-+*/<>,]/y;
  while (token.lastIndex < bare.length) {
    const at = token.lastIndex;
    const text = token.exec(bare)?.[0];
    if (text === undefined) {
      throw new Error(`"${bare.slice(at)}" is not known syntax: ${expression}`);
    }
    depth += text === "(" ? 1 : text === ")" ? -1 : 0;
    if (depth < 0) throw new Error(`an unexpected ) in: ${expression}`);
    if (!/^[a-zA-Z_:]/.test(text) || words.has(text)) continue;
    if (bare[token.lastIndex] !== "(") names.add(text);
    else if (!functions.has(text)) {
      throw new Error(`${text}() is not a known function`);
    }
  }
  if (depth > 0) throw new Error(`a missing ) in: ${expression}`);
  return [...names].sort();
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly rest: string;
}

/** The rules of an alert file, in the subset of YAML that the project uses. */
export function alertRules(yaml: string): AlertRule[] {
  return yaml.split(/^ {6}- alert: /m).slice(1).map((text) => {
    const [alert = "", ...lines] = text.split("\n");
    const plain = lines.filter((line) => !/^\s*#/.test(line)).join("\n");
    const match = /^ {8}expr: (>-\n(?: {10}.*\n)+|[^>].*\n)/m.exec(plain);
    const expr = (match?.[1] ?? "").replace(/^>-/, "").trim()
      .replaceAll(/\s*\n\s*/g, " ");
    return { alert, expr, rest: plain.replace(match?.[0] ?? "", "") };
  });
}
