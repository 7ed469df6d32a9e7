// The command's flags, as options of the simulator.

import { UsageError } from "../../lib/errors.ts";
import { parseFaults } from "./fault_script.ts";
import type { Fault } from "./faults.ts";
import { type SimulatedPlan, simulatedPlans } from "./api_keys.ts";

/** The value of a flag, if it was given. */
export type FlagValue = (name: string) => string | undefined;

/** The parsed flags, defaults filled in. */
export interface CommandOptions {
  /** 0 to 65535; 0 for a free port. */
  readonly port: number;
  readonly seed: string;
  readonly cacheSeconds: number;
  /** Requests per minute; 0 for no limit. */
  readonly rateLimit: number;
  readonly plan: SimulatedPlan;
  readonly keys: readonly string[];
  readonly faults: readonly Fault[];
}

function refuse(name: string, text: string, expected: string): never {
  throw new UsageError(`--${name} is "${text}": expected ${expected}`);
}

/**
 * Parses the flags.
 *
 * @param readFile Reads the file of `--faults`.
 * @throws {UsageError} with flag, value and what was expected; never a key.
 */
export function parseOptions(
  value: FlagValue,
  readFile: (path: string) => string,
): CommandOptions {
  function whole(name: string, fallback: number, max: number): number {
    const text = value(name) ?? String(fallback);
    const number = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
    if (number <= max) return number;
    return refuse(name, text, `a whole number from 0 to ${max}`);
  }
  const cacheText = value("cache-seconds") ?? "60";
  const cacheSeconds = /^\d+(\.\d+)?$/.test(cacheText)
    ? Number(cacheText)
    : NaN;
  if (!(cacheSeconds >= 0.001 && cacheSeconds <= 86_400)) {
    refuse("cache-seconds", cacheText, "seconds from 0.001 to 86400");
  }
  const planText = value("plan") ?? "keyless";
  const plan = simulatedPlans.find((known) => known === planText) ??
    refuse("plan", planText, simulatedPlans.join(", "));
  const keys = (value("key") ?? "").split(",").filter((key) => key !== "");
  if (plan === "keyless" && keys.length > 0) {
    throw new UsageError("--key needs --plan=demo or --plan=pro");
  }
  const file = value("faults");
  let faults: Fault[] = [];
  if (file !== undefined) {
    try {
      faults = parseFaults(readFile(file));
    } catch (error) {
      if (error instanceof UsageError) {
        throw new UsageError(`${file}: ${error.message}`);
      }
      refuse("faults", file, "a file that can be read");
    }
  }
  return {
    port: whole("port", 8787, 65_535),
    seed: value("seed") ?? "crypto-stream",
    cacheSeconds,
    rateLimit: whole("rate-limit", 30, 1_000_000),
    plan,
    keys,
    faults,
  };
}
