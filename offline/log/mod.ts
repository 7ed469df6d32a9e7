/**
 * Stand-in for `@std/log` 0.224.14: a logger, its records and the base of
 * handlers, as far as this project uses them.
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

/** What a handler is given. */
export class LogRecord {
  /** The message. */
  readonly msg: string;
  /** The level as a number. */
  readonly level: number;
  /** The level's name. */
  readonly levelName: string;
  /** The logger's name. */
  readonly loggerName: string;
  readonly #args: unknown[];
  readonly #datetime = new Date();

  /** Made by the logger. */
  constructor(options: {
    msg: string;
    args: unknown[];
    level: number;
    loggerName: string;
  }) {
    this.msg = options.msg;
    this.#args = [...options.args];
    this.level = options.level;
    this.loggerName = options.loggerName;
    this.levelName = Object.entries(levels)
      .find(([, level]) => level === options.level)?.[0] ?? "NOTSET";
  }

  /** What was given besides the message. */
  get args(): unknown[] {
    return [...this.#args];
  }

  /** When it was made. */
  get datetime(): Date {
    return new Date(this.#datetime.getTime());
  }
}

/** Options of handlers. */
export interface BaseHandlerOptions {
  /** Makes text of a record. */
  formatter?: (record: LogRecord) => string;
}

/** The base of all handlers. */
export abstract class BaseHandler {
  /** The least level that is handled. */
  readonly levelName: LevelName;
  /** Makes text of a record. */
  formatter: (record: LogRecord) => string;

  /** Takes the least level. */
  constructor(levelName: LevelName, options?: BaseHandlerOptions) {
    this.levelName = levelName;
    this.formatter = options?.formatter ??
      ((record) => `${record.levelName} ${record.msg}`);
  }

  /** Handles one record. */
  handle(record: LogRecord): void {
    if (record.level >= levels[this.levelName]) this.log(this.format(record));
  }

  /** Makes text of a record. */
  format(record: LogRecord): string {
    return this.formatter(record);
  }

  /** Writes the text. */
  abstract log(msg: string): void;
}

/** Hands records to its handlers. */
export class Logger {
  /** The least level that is logged. */
  readonly levelName: LevelName;
  /** Who gets the records. */
  handlers: BaseHandler[];
  readonly #name: string;

  /** Takes its name, the least level and its handlers. */
  constructor(
    loggerName: string,
    levelName: LevelName,
    options: { handlers?: BaseHandler[] } = {},
  ) {
    this.#name = loggerName;
    this.levelName = levelName;
    this.handlers = options.handlers ?? [];
  }

  #log(name: LevelName, msg: string, args: unknown[]): string {
    const level = levels[name];
    if (level < levels[this.levelName]) return msg;
    const loggerName = this.#name;
    const record = new LogRecord({ msg, args, level, loggerName });
    for (const handler of this.handlers) handler.handle(record);
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
