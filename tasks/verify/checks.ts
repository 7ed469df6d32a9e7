// All checks in order: each a pure function of what was observed.

import type { CheckResult, Finding } from "./finding.ts";
import type { Observations } from "./observations.ts";
import { checkProducer } from "./producer_check.ts";
import {
  checkAge,
  checkCoins,
  checkDuplicates,
  checkEnvelope,
  checkGaps,
  checkGrowth,
  checkWriters,
} from "./record_checks.ts";
import { runStackChecks } from "./stack_checks.ts";
import { checkBroker, checkSettings, checkTopic } from "./topic_checks.ts";

const chain: Readonly<Record<string, (observed: Observations) => Finding>> = {
  broker: checkBroker,
  topic: checkTopic,
  settings: checkSettings,
  producer: checkProducer,
  envelope: checkEnvelope,
  age: checkAge,
  coins: checkCoins,
  gaps: checkGaps,
  duplicates: checkDuplicates,
  writers: checkWriters,
  growth: checkGrowth,
};

/** Runs every check, the stack's first if there is a stack. */
export function runChecks(observed: Observations): CheckResult[] {
  const results = Object.entries(chain)
    .map(([name, check]) => ({ name, ...check(observed) }));
  return [...runStackChecks(observed), ...results];
}
