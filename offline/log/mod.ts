/**
 * Stand-in for `@std/log` 0.224.14: loggers, records and the base of handlers,
 * for a machine that cannot reach JSR. The real package is used whenever JSR
 * was reachable. Nothing here goes beyond the real one's signatures.
 *
 * @module
 */

import { type BaseHandler, LogRecord } from "./handler.ts";
import {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
  LogLevels,
} from "./levels.ts";

export {
  BaseHandler,
  type BaseHandlerOptions,
  type FormatterFunction,
  LogRecord,
  type LogRecordOptions,
} from "./handler.ts";
export {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
  LogLevelNames,
  LogLevels,
} from "./levels.ts";

/** Any function. */
// deno-lint-ignore no-explicit-any -- the real package's own signature
export type GenericFunction = (...args: any[]) => any;

/** What a logger may be told. */
export interface LoggerOptions {
  /** Who gets the records. */
  handlers?: BaseHandler[];
}

/** A message as given: a value, or a function that makes it when needed. */
type Message<T> = (T extends GenericFunction ? never : T) | (() => T);

function asText(data: unknown, quote: '"' | "" = ""): string {
  if (typeof data === "string") return quote + data + quote;
  if (data instanceof Error) return String(data.stack);
  if (typeof data === "function") return "undefined";
  if (typeof data !== "object" || data === null) return String(data);
  const fields = Object.entries(data)
    .map(([name, value]) => `"${name}":${asText(value, '"')}`);
  return `{${fields.join(",")}}`;
}

/** Hands records to its handlers. */
export class Logger {
  /** Who gets the records. */
  handlers: BaseHandler[];
  readonly #name: string;
  #level: LogLevel;

  /** Takes its name, the least level that is logged, and its handlers. */
  constructor(
    loggerName: string,
    levelName: LevelName,
    options: LoggerOptions = {},
  ) {
    this.#name = loggerName;
    this.#level = getLevelByName(levelName);
    this.handlers = options.handlers ?? [];
  }

  /** The least level that is logged. */
  get level(): LogLevel {
    return this.#level;
  }

  /** Changes the least level. */
  set level(level: LogLevel) {
    if (!Object.values(LogLevels).includes(level)) {
      throw new TypeError(`Invalid log level: ${level}`);
    }
    this.#level = level;
  }

  /** The name of the least level. */
  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  /** Changes the least level by its name. */
  set levelName(levelName: LevelName) {
    this.#level = getLevelByName(levelName);
  }

  /** Its name. */
  get loggerName(): string {
    return this.#name;
  }

  #log<T>(level: LogLevel, msg: Message<T>, args: unknown[]): T | undefined {
    const isLogged = level >= this.#level;
    if (msg instanceof Function && !isLogged) return undefined;
    const value: T = msg instanceof Function ? msg() : msg;
    if (!isLogged) return value;
    const loggerName = this.#name;
    const record = new LogRecord({
      msg: asText(value),
      args,
      level,
      loggerName,
    });
    for (const handler of this.handlers) handler.handle(record);
    return value;
  }

  /** Logs what a function gives at level DEBUG. */
  debug<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level DEBUG. */
  debug<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  debug<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.DEBUG, msg, args);
  }

  /** Logs what a function gives at level INFO. */
  info<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level INFO. */
  info<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  info<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.INFO, msg, args);
  }

  /** Logs what a function gives at level WARN. */
  warn<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level WARN. */
  warn<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  warn<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.WARN, msg, args);
  }

  /** Logs what a function gives at level ERROR. */
  error<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level ERROR. */
  error<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  error<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.ERROR, msg, args);
  }

  /** Logs what a function gives at level CRITICAL. */
  critical<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level CRITICAL. */
  critical<T>(
    msg: T extends GenericFunction ? never : T,
    ...args: unknown[]
  ): T;
  critical<T>(msg: Message<T>, ...args: unknown[]): T | undefined {
    return this.#log(LogLevels.CRITICAL, msg, args);
  }
}
