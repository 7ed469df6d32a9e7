// The control endpoint: sets faults, lists served requests.

import { UsageError } from "../../lib/errors.ts";
import { json, type Reply } from "./replies.ts";
import { parseFaults } from "./fault_script.ts";
import type { Fault } from "./faults.ts";
import type { SimulatedRequest } from "./simulator_handler.ts";
import type { ServedRequest } from "./request_log.ts";

export const controlRoot = "/control";

/**
 * Handles a request to the control endpoint.
 *
 * `/control/faults`: GET lists the pending faults, POST appends a JSON list,
 * DELETE clears them. `/control/requests`: GET lists the served requests.
 *
 * @returns the reply and the pending faults.
 */
export function control(
  { method, path }: SimulatedRequest,
  body: string,
  { faults, log }: {
    readonly faults: readonly Fault[];
    readonly log: readonly ServedRequest[];
  },
): { reply: Reply; faults: readonly Fault[] } {
  const list = (faults: readonly Fault[]) => ({ reply: json(faults), faults });
  switch (`${method} ${path.slice(controlRoot.length)}`) {
    case "GET /faults":
      return list(faults);
    case "DELETE /faults":
      return list([]);
    case "POST /faults":
      try {
        return list([...faults, ...parseFaults(body)]);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { reply: json({ error: error.message }, 400), faults };
      }
    case "GET /requests":
      return { reply: json(log), faults };
    default: {
      const error = "expected GET, POST or DELETE /control/faults, " +
        "or GET /control/requests";
      return { reply: json({ error }, 404), faults };
    }
  }
}
