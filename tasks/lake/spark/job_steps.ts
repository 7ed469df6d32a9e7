// Where a job's time went: its steps, beside its start and its end.

import { numberAt, textAt } from "../../../lib/json.ts";
import { kindOf, type SparkEvent } from "./spark_events.ts";

/** What a step took, seconds; no processor time where the system tells none. */
export interface StepTime {
  readonly wall: number;
  readonly cpu: number | undefined;
}

/** By step, in the order of their first end. */
export type Steps = ReadonlyMap<string, StepTime>;

function cpuOf(event: SparkEvent): number | undefined {
  const { cpuSeconds } = event;
  return typeof cpuSeconds === "number" ? cpuSeconds : undefined;
}

/** Collects them from a job's events. */
export class StepWatch {
  readonly #now: () => number;
  readonly #steps = new Map<string, StepTime>();
  #mark: number;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#mark = now();
  }

  #add(name: string, wall: number, cpu: number | undefined): void {
    const known = this.#steps.get(name) ?? { wall: 0, cpu: 0 };
    const sum = known.cpu === undefined || cpu === undefined
      ? undefined
      : known.cpu + cpu;
    this.#steps.set(name, { wall: known.wall + wall, cpu: sum });
  }

  #sinceMark(): number {
    return (this.#now() - this.#mark) / 1000;
  }

  /** Takes an event when it is there. */
  take(event: SparkEvent): void {
    switch (kindOf(event)) {
      case "session":
        return this.#add("start", this.#sinceMark(), cpuOf(event));
      case "step": {
        const name = textAt(event, "name");
        return this.#add(name, numberAt(event, "seconds"), cpuOf(event));
      }
      case "done":
        this.#mark = this.#now();
    }
  }

  /** The job has ended. */
  end(): Steps {
    this.#add("end", this.#sinceMark(), undefined);
    return this.#steps;
  }
}

/**
 * `start 9.8 (7.0), tables 0.9 (0.4), end 1.1; 21.3 s of CPU, Java's peak 690
 * MB`: processor seconds in parentheses.
 */
export function stepsText(steps: Steps, done: SparkEvent): string {
  const parts = Array.from(steps, ([name, { wall, cpu }]) => {
    const text = `${name} ${wall.toFixed(1)}`;
    return cpu === undefined ? text : `${text} (${cpu.toFixed(1)})`;
  });
  const cpu = cpuOf(done);
  const { peakMb } = done;
  const used = cpu !== undefined && typeof peakMb === "number"
    ? `; ${cpu.toFixed(1)} s of CPU, Java's peak ${peakMb.toFixed(0)} MB`
    : "";
  return parts.join(", ") + used;
}
