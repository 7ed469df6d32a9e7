/**
 * What the real @std packages document, by symbol: whoever uses only this
 * gets the same from JSR's packages and from the stand-ins.
 *
 * @module
 */

/** Documented symbols by what stands after `from`. */
export const documented: Readonly<Record<string, readonly string[]>> = {
  "@std/assert": [
    ...["ArrayLikeArg", "AssertionError", "Falsy", "assert"],
    ...["assertAlmostEquals", "assertArrayIncludes", "assertEquals"],
    ...["assertExists", "assertFalse", "assertGreater"],
    ...["assertGreaterOrEqual", "assertInstanceOf", "assertIsError"],
    ...["assertLess", "assertLessOrEqual", "assertMatch", "assertNotEquals"],
    ...["assertNotInstanceOf", "assertNotMatch", "assertNotStrictEquals"],
    ...["assertObjectMatch", "assertRejects", "assertStrictEquals"],
    ...["assertStringIncludes", "assertThrows", "equal", "fail"],
    ...["unimplemented", "unreachable"],
  ],
  "@std/cli/parse-args": ["Args", "ParseOptions", "parseArgs"],
  "@std/log": [
    ...["BaseHandler", "BaseHandlerOptions", "ConsoleHandler", "FileHandler"],
    ...["FormatterFunction", "GenericFunction", "LevelName", "LogConfig"],
    ...["LogLevel", "LogLevelNames", "LogLevels", "LogRecord"],
    ...["LogRecordOptions", "Logger", "LoggerConfig", "LoggerOptions"],
    ...["RotatingFileHandler", "critical", "debug", "error", "formatters"],
    ...["getLevelByName", "getLevelName", "getLogger", "info", "jsonFormatter"],
    ...["setup", "warn"],
  ],
};

/** Documented options of `parseArgs()`, each with a value that it takes. */
export const parseOptions: Readonly<Record<string, unknown>> = {
  "--": true,
  alias: { a: "b" },
  boolean: ["a"],
  collect: ["a"],
  default: { a: 1 },
  negatable: ["a"],
  stopEarly: true,
  string: ["a"],
  unknown: () => false,
};

/** Whatever a source takes from @std that is not documented. */
export function undocumented(source: string): string[] {
  const found: string[] = [];
  const statement =
    /(?:import|export)\s+([^;"']*?)\s*from\s*["'](@std\/[^"']+)/g;
  for (const [, clause = "", from = ""] of source.matchAll(statement)) {
    const known = documented[from];
    const names = /^(?:type\s+)?\{([^}]*)\}$/.exec(clause)?.[1];
    if (known === undefined || names === undefined) {
      found.push(`${clause} from ${from}`);
      continue;
    }
    for (const each of names.split(",")) {
      const name = each.trim().replace(/^type\s+/, "").split(/\s/)[0] ?? "";
      if (name !== "" && !known.includes(name)) {
        found.push(`${name} in ${from}`);
      }
    }
  }
  if (/\bimport\s*\(\s*["']@std\//.test(source)) found.push("dynamic import");
  return found;
}
