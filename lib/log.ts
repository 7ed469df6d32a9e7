/**
 * Structured log lines on standard output. The one file that imports
 * `@std/log`, which is no longer maintained upstream.
 *
 * @module
 */

import { BaseHandler, Logger, type LogRecord } from "@std/log";

/** How log lines look; `auto` is text on a terminal and JSON elsewhere. */
export type LogFormat = "text" | "json" | "auto";

/** How much is logged. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** One of {@linkcode logLevels}. */
export type LogLevel = typeof logLevels[number];

/** The data of a log line. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | undefined>
>;

/** Writes one line. */
export type LogLine = (message: string, fields?: LogFields) => void;

/** A log. It never throws. */
export interface Log {
  /** For whoever looks for a defect. */
  readonly debug: LogLine;
  /** What goes on. */
  readonly info: LogLine;
  /** What a person should look at. */
  readonly warn: LogLine;
  /** What a person must look at. */
  readonly error: LogLine;
}

/** How the lines look. */
export interface LogStyle {
  /** A person's text or a machine's JSON. */
  readonly format: "text" | "json";
  /** The least level that is written. */
  readonly level: LogLevel;
  /** Whether text may carry colours. */
  readonly color: boolean;
}

const colors: Readonly<Record<string, number>> = {
  DEBUG: 90,
  WARN: 33,
  ERROR: 31,
};

function quoted(value: string | number | boolean): string {
  const text = String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

/** One log line, without its line end. */
export function formatLine(
  style: LogStyle,
  time: Date,
  level: string,
  message: string,
  fields: LogFields,
): string {
  if (style.format === "json") {
    const stamp = time.toISOString();
    return JSON.stringify({ time: stamp, level, message, ...fields });
  }
  const words = Object.entries(fields).map(([name, value]) =>
    value === undefined ? "" : ` ${name}=${quoted(value)}`
  );
  const clock = time.toISOString().slice(11, 23);
  const line = `${clock} ${level.padEnd(5)} ${message}${words.join("")}`;
  const color = style.color ? colors[level] : undefined;
  return color === undefined ? line : `\x1b[${color}m${line}\x1b[0m`;
}

class LineHandler extends BaseHandler {
  readonly #write: (line: string) => void;

  constructor(style: LogStyle, write: (line: string) => void) {
    super("DEBUG", {
      formatter: (record: LogRecord) => {
        const fields = (record.args[0] ?? {}) as LogFields;
        // The package's word is WARN; levels are compared by it.
        return formatLine(
          style,
          record.datetime,
          record.levelName,
          record.msg,
          fields,
        );
      },
    });
    this.#write = write;
  }

  override log(line: string): void {
    this.#write(line);
  }
}

/**
 * Makes a log.
 *
 * @param write Takes lines without their ends; may not throw.
 */
export function createLog(
  style: LogStyle,
  write: (line: string) => void,
): Log {
  const level = style.level.toUpperCase() as Uppercase<LogLevel>;
  const handlers = [new LineHandler(style, write)];
  const logger = new Logger("producer", level, { handlers });
  return {
    debug: (message, fields = {}) => void logger.debug(message, fields),
    info: (message, fields = {}) => void logger.info(message, fields),
    warn: (message, fields = {}) => void logger.warn(message, fields),
    error: (message, fields = {}) => void logger.error(message, fields),
  };
}
