/**
 * Stand-in for `@std/log` 0.224.14: loggers of text messages and the base class
 * of handlers.
 *
 * @module
 */

const levels = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  ERROR: 40,
  CRITICAL: 50,
} as const;

/** The name of a level. */
export type LevelName = keyof typeof levels;

function levelOf(name: LevelName): number {
  const level: number | undefined = levels[name];
  if (level === undefined) throw new Error(`invalid log level: "${name}"`);
  return level;
}

/** One call of a logger. */
export interface LogRecord {
  /** The message. */
  readonly msg: string;
  /** The arguments after the message. */
  readonly args: unknown[];
  /** The level as a number. */
  readonly level: number;
  /** The name of the level. */
  readonly levelName: string;
  /** The time of the call. */
  readonly datetime: Date;
}

/** Formats records and writes them. */
export abstract class BaseHandler {
  readonly #level: number;
  readonly #format: (record: LogRecord) => string;

  /** Handles records from a level on. */
  constructor(
    levelName: LevelName,
    options: { formatter?: (record: LogRecord) => string } = {},
  ) {
    this.#level = levelOf(levelName);
    this.#format = options.formatter ??
      (({ levelName, msg }) => `${levelName} ${msg}`);
  }

  /** Formats and writes a record, unless its level is too low. */
  handle(record: LogRecord): void {
    if (record.level >= this.#level) this.log(this.#format(record));
  }

  /** Writes a formatted record. */
  abstract log(msg: string): void;
}

/** Passes records to its handlers. */
export class Logger {
  readonly #level: number;
  readonly #handlers: readonly BaseHandler[];

  /** Logs records from a level on. */
  constructor(
    _loggerName: string,
    levelName: LevelName,
    options: { handlers?: BaseHandler[] } = {},
  ) {
    this.#level = levelOf(levelName);
    this.#handlers = options.handlers ?? [];
  }

  #log(levelName: LevelName, msg: string, args: unknown[]): string {
    const level = levels[levelName];
    if (level < this.#level) return msg;
    const record = { msg, args, level, levelName, datetime: new Date() };
    for (const handler of this.#handlers) handler.handle(record);
    return msg;
  }

  /** Logs at level DEBUG. */
  debug(msg: string, ...args: unknown[]): string {
    return this.#log("DEBUG", msg, args);
  }

  /** Logs at level INFO. */
  info(msg: string, ...args: unknown[]): string {
    return this.#log("INFO", msg, args);
  }

  /** Logs at level WARN. */
  warn(msg: string, ...args: unknown[]): string {
    return this.#log("WARN", msg, args);
  }

  /** Logs at level ERROR. */
  error(msg: string, ...args: unknown[]): string {
    return this.#log("ERROR", msg, args);
  }
}
