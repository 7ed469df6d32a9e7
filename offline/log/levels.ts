/**
 * The levels of `@std/log`.
 *
 * @module
 */

/** The levels by name. */
export const LogLevels = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  ERROR: 40,
  CRITICAL: 50,
} as const;

/** The name of a level. */
export type LevelName = keyof typeof LogLevels;

/** A level as a number. */
export type LogLevel = typeof LogLevels[LevelName];

/** All names, the least first. */
export const LogLevelNames: LevelName[] = Object.keys(
  LogLevels,
) as LevelName[];

/** The level of a name. */
export function getLevelByName(name: LevelName): LogLevel {
  const level: LogLevel | undefined = LogLevels[name];
  if (level === undefined) {
    throw new Error(`Cannot get log level: "${name}" is no level's name`);
  }
  return level;
}

/** The name of a level. */
export function getLevelName(level: LogLevel): LevelName {
  const name = LogLevelNames.find((each) => LogLevels[each] === level);
  if (name === undefined) {
    throw new Error(`Cannot get log level: ${level} is no level`);
  }
  return name;
}
