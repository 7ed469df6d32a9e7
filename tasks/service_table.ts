/**
 * The stack's services as an aligned table.
 *
 * @module
 */

import type { ServiceStatus } from "./stack/stack.ts";

/** A line for each service. */
export function serviceTable(services: readonly ServiceStatus[]): string[] {
  return services.map(({ name, address, state, detail }) =>
    `${name.padEnd(8)} ${address.padEnd(16)} ${state.padEnd(9)} ${detail}`
      .trimEnd()
  );
}
