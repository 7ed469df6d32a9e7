/**
 * The control endpoint: faults in, what was served out.
 *
 * @module
 */

import { UsageError } from "../../lib/errors.ts";
import { type Answer, json } from "./answers.ts";
import { parseFaults } from "./fault_script.ts";
import { pending, type PendingFault } from "./faults.ts";
import type { SimulatedRequest } from "./simulator_handler.ts";
import type { ServedRequest } from "./request_log.ts";

/** Where the control endpoint begins in an address. */
export const controlRoot = "/control";

function list(faults: readonly PendingFault[]): Answer {
  return json(faults.map(({ fault, skip, left }) => ({
    ...fault,
    after: skip,
    times: left === Infinity ? "forever" : left,
  })));
}

/**
 * Answers a request to the control endpoint.
 *
 * `/control/faults`: GET lists what is still to come, POST appends a JSON
 * list, DELETE clears. `/control/requests`: GET lists what was served, with
 * `?after=NUMBER` only what came later.
 *
 * @returns the answer and the faults from now on.
 */
export function control(
  { method, path, query }: SimulatedRequest,
  body: string,
  faults: readonly PendingFault[],
  log: readonly ServedRequest[],
): { answer: Answer; faults: readonly PendingFault[] } {
  switch (`${method} ${path.slice(controlRoot.length)}`) {
    case "GET /faults":
      return { answer: list(faults), faults };
    case "DELETE /faults":
      return { answer: list([]), faults: [] };
    case "POST /faults":
      try {
        const all = [...faults, ...parseFaults(body).map(pending)];
        return { answer: list(all), faults: all };
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { answer: json({ error: error.message }, 400), faults };
      }
    case "GET /requests": {
      const after = Number(query.get("after") ?? 0);
      const later = log.filter(({ number }) => number > after);
      return { answer: json(later), faults };
    }
    default: {
      const error = "expected GET, POST or DELETE /control/faults, " +
        "or GET /control/requests";
      return { answer: json({ error }, 404), faults };
    }
  }
}
