// The options of the simulator, and the command's flags as such.

import { UsageError } from "../../lib/errors.ts";
import {
  choiceField,
  type Field,
  integerField,
  numberField,
  parseSetting,
} from "../../lib/setting_parsers.ts";
import { parseFaults } from "./fault_script.ts";
import type { Fault } from "./faults.ts";
import { type SimulatedPlan, simulatedPlans } from "./api_keys.ts";

export interface SimulatorOptions {
  /** The port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /** Equal seeds give equal prices at equal times. */
  readonly seed?: string;
  /** Seconds for which prices are cached. @default 60 */
  readonly cacheSeconds?: number;
  /** Requests per minute; 0 for no limit. @default 0 */
  readonly rateLimit?: number;
  /** The simulated plan. @default "keyless" */
  readonly plan?: SimulatedPlan;
  /** The accepted keys. @default any key of the plan */
  readonly keys?: readonly string[];
  /** The clock, ms since 1970. @default Date.now */
  readonly now?: () => number;
  readonly faults?: readonly Fault[];
}

/**
 * Parses the command's flags.
 *
 * @param readFile Reads the file of `--faults`.
 * @throws {UsageError} with flag, value and what was expected; never a key.
 */
export function parseOptions(
  value: (name: string) => string | undefined,
  readFile: (path: string) => string,
): SimulatorOptions {
  function flag<T>(name: string, fallback: string, field: Field<T>): T {
    return parseSetting(`--${name}`, value(name) ?? fallback, field);
  }
  function readScript(path: string): string {
    try {
      return readFile(path);
    } catch (cause) {
      throw new UsageError("expected a file that can be read", { cause });
    }
  }
  const plan = flag("plan", "keyless", choiceField(simulatedPlans));
  const keys = (value("key") ?? "").split(",").filter((key) => key !== "");
  if (plan === "keyless" && keys.length > 0) {
    throw new UsageError("--key needs --plan=demo or --plan=pro");
  }
  const file = value("faults");
  return {
    port: flag("port", "8787", integerField(0, 65_535)),
    seed: flag("seed", "crypto-stream", String),
    cacheSeconds: flag("cache-seconds", "60", numberField(0.001, 86_400)),
    rateLimit: flag("rate-limit", "30", integerField(0, 1_000_000)),
    plan,
    keys,
    faults: file === undefined
      ? []
      : parseFaults(flag("faults", file, readScript), file),
  };
}
