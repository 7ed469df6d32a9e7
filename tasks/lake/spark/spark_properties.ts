// Spark's property files, as Java's `Properties` reads them.

/** Properties by name. */
export type SparkProperties = Readonly<Record<string, string>>;

/** Escapes of Java's format; any other character stands for itself. */
const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  f: "\f",
};

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|(.))/gs,
    (_, code: string | undefined, char: string | undefined) =>
      code === undefined
        ? escapes[char ?? ""] ?? char ?? ""
        : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Reads a file's text. */
export function parseProperties(text: string): SparkProperties {
  const joined = text.replaceAll(/(?<!\\)((?:\\\\)*)\\\r?\n[ \t]*/g, "$1");
  const found: Record<string, string> = {};
  for (const line of joined.split(/\r?\n/)) {
    const match = /^\s*((?:\\.|[^\s=:\\])+)(?:\s*[=:]\s*|\s+)?(.*)$/s.exec(
      line,
    );
    const [, name = "", value = ""] = match ?? [];
    if (name === "" || /^[#!]/.test(name)) continue;
    // Spark trims values.
    found[unescaped(name)] = unescaped(value).trim();
  }
  return found;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r").replaceAll("\t", "\\t");
}

/** Writes a file's text. */
export function formatProperties(properties: SparkProperties): string {
  return Object.entries(properties).map(([name, value]) =>
    `${escaped(name).replaceAll(/[ =:]/g, "\\$&")}=${escaped(value)}\n`
  ).join("");
}

/** Catalogs, extensions and store: what a job of another Spark needs of them. */
export function catalogProperties(
  properties: SparkProperties,
): SparkProperties {
  return Object.fromEntries(
    Object.entries(properties).filter(([name]) =>
      /^spark\.(?:sql\.(?:extensions$|defaultCatalog$|catalog\.)|hadoop\.)/
        .test(name)
    ),
  );
}

/** The values that no output may show. */
export function secretsOf(properties: SparkProperties): string[] {
  return Object.entries(properties).filter(([name]) =>
    /secret|password|token|access[._]key|credential(?!s\.provider)/i.test(name)
  ).map(([, value]) => value);
}

/** Where the default catalog keeps its tables; `undefined` without one. */
export function warehouseOf(properties: SparkProperties): string | undefined {
  const catalog = properties["spark.sql.defaultCatalog"];
  const found = catalog === undefined
    ? undefined
    : properties[`spark.sql.catalog.${catalog}.warehouse`];
  return found?.replace(/\/+$/, "") || undefined;
}
