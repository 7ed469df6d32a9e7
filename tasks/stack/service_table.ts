// The stack's services as an aligned table.

import type { ServiceStatus } from "./stack.ts";

export function serviceTable(services: readonly ServiceStatus[]): string[] {
  const widest = (column: "name" | "address") =>
    Math.max(0, ...services.map((service) => service[column].length));
  const [name, address] = [widest("name"), widest("address")];
  return services.map((service) =>
    [
      service.name.padEnd(Math.max(8, name)),
      service.address.padEnd(address),
      service.state.padEnd(8),
      service.detail,
    ].join(" ").trimEnd()
  );
}
