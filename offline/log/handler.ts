/**
 * Records of `@std/log` and the base of all that takes them.
 *
 * @module
 */

import {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
} from "./levels.ts";

/** What a record is made of. */
export interface LogRecordOptions {
  /** The message. */
  msg: string;
  /** What was given besides the message. */
  args: unknown[];
  /** The level. */
  level: LogLevel;
  /** The logger's name. */
  loggerName: string;
}

/** What a handler is given. */
export class LogRecord {
  /** The message. */
  readonly msg: string;
  /** The level. */
  readonly level: number;
  /** The level's name. */
  readonly levelName: string;
  /** The logger's name. */
  readonly loggerName: string;
  readonly #args: readonly unknown[];
  readonly #datetime = Date.now();

  /** Made by a logger. */
  constructor(options: LogRecordOptions) {
    this.msg = options.msg;
    this.level = options.level;
    this.levelName = getLevelName(options.level);
    this.loggerName = options.loggerName;
    this.#args = [...options.args];
  }

  /** A copy of what was given besides the message. */
  get args(): unknown[] {
    return [...this.#args];
  }

  /** When the record was made. */
  get datetime(): Date {
    return new Date(this.#datetime);
  }
}

/** Makes text of a record. */
export type FormatterFunction = (logRecord: LogRecord) => string;

/** What a handler may be told. */
export interface BaseHandlerOptions {
  /** Makes text of a record. */
  formatter?: FormatterFunction;
}

/** The base of all handlers. */
export abstract class BaseHandler {
  /** Makes text of a record. */
  formatter: FormatterFunction;
  #level: LogLevel;

  /** Takes the least level that is handled. */
  constructor(levelName: LevelName, options?: BaseHandlerOptions) {
    this.#level = getLevelByName(levelName);
    this.formatter = options?.formatter ??
      (({ levelName, msg }) => `${levelName} ${msg}`);
  }

  /** The least level that is handled. */
  get level(): LogLevel {
    return this.#level;
  }

  /** Changes the least level. */
  set level(level: LogLevel) {
    this.#level = getLevelByName(getLevelName(level));
  }

  /** The name of the least level. */
  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  /** Changes the least level by its name. */
  set levelName(levelName: LevelName) {
    this.#level = getLevelByName(levelName);
  }

  /** Formats and logs a record that is not below the least level. */
  handle(logRecord: LogRecord): void {
    if (logRecord.level >= this.#level) this.log(this.format(logRecord));
  }

  /** Makes text of a record. */
  format(logRecord: LogRecord): string {
    return this.formatter(logRecord);
  }

  /** Writes the text. */
  abstract log(msg: string): void;

  /** For handlers that have to prepare. */
  setup(): void {}

  /** For handlers that have to clean up. */
  destroy(): void {}

  /** Cleans up at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.destroy();
  }
}
