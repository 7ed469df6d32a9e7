// A setting as the tables of the programs list it.

/**
 * One setting: the environment variable, its default (empty for none), and its
 * meaning on one line. Its flag is its name in lower case with dashes.
 */
export type Setting = readonly [name: string, fallback: string, about: string];

/** The flag of a setting: `KAFKA_TOPIC` is `kafka-topic`. */
export function flagOf(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
