/**
 * Stand-in for `@std/log` 0.224.14: loggers of text messages and the base class
 * of handlers.
 *
 * @module
 */

const levels = { DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40 } as const;

export type LevelName = keyof typeof levels;

function levelOf(name: LevelName): number {
  const level: number | undefined = levels[name];
  if (level === undefined) throw new Error(`invalid log level: "${name}"`);
  return level;
}

/** One call of a logger. */
export interface LogRecord {
  readonly msg: string;
  /** The arguments after the message. */
  readonly args: unknown[];
  readonly level: number;
  readonly levelName: string;
  readonly datetime: Date;
}

/** Formats and writes the records from a level on. */
export abstract class BaseHandler {
  readonly #level: number;
  readonly #format: (record: LogRecord) => string;

  constructor(
    levelName: LevelName,
    options: { formatter?: (record: LogRecord) => string } = {},
  ) {
    this.#level = levelOf(levelName);
    this.#format = options.formatter ??
      (({ levelName, msg }) => `${levelName} ${msg}`);
  }

  handle(record: LogRecord): void {
    if (record.level >= this.#level) this.log(this.#format(record));
  }

  abstract log(msg: string): void;
}

/** Passes the records from a level on to its handlers. */
export class Logger {
  readonly #level: number;
  readonly #handlers: readonly BaseHandler[];

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

  debug(msg: string, ...args: unknown[]): string {
    return this.#log("DEBUG", msg, args);
  }

  info(msg: string, ...args: unknown[]): string {
    return this.#log("INFO", msg, args);
  }

  warn(msg: string, ...args: unknown[]): string {
    return this.#log("WARN", msg, args);
  }

  error(msg: string, ...args: unknown[]): string {
    return this.#log("ERROR", msg, args);
  }
}
