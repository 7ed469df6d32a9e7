// Structured log lines. The only file that imports `@std/log`, which is no
// longer maintained upstream.

import { BaseHandler, Logger, type LogRecord } from "@std/log";

/** Format of log lines; `auto` is text on a terminal and JSON elsewhere. */
export type LogFormat = "text" | "json" | "auto";

/** Log levels, lowest first. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** One of {@linkcode logLevels}. */
export type LogLevel = typeof logLevels[number];

/** The fields of a log line. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | undefined>
>;

/** Logs one line. */
export type LogLine = (message: string, fields?: LogFields) => void;

/** A log. It never throws. */
export interface Log {
  /** Details for debugging. */
  readonly debug: LogLine;
  /** Normal operation. */
  readonly info: LogLine;
  /** Something that should be looked into. */
  readonly warn: LogLine;
  /** Something that must be looked into. */
  readonly error: LogLine;
}

/** How log lines are written. */
export interface LogStyle {
  /** Text for people or JSON for machines. */
  readonly format: "text" | "json";
  /** Lowest level that is written. */
  readonly level: LogLevel;
  /** Whether text is coloured. */
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

/** Formats a log line, without a newline; the level is in upper case. */
export function formatLine(
  style: LogStyle,
  { time, level, message, fields }: {
    readonly time: Date;
    readonly level: string;
    readonly message: string;
    readonly fields: LogFields;
  },
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
      formatter: ({ args, datetime, levelName, msg }: LogRecord) =>
        formatLine(style, {
          time: datetime,
          level: levelName,
          message: msg,
          fields: (args[0] ?? {}) as LogFields,
        }),
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
 * @param write Receives lines without a newline; must not throw.
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
