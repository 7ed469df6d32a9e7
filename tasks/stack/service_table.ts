// The stack's services as an aligned table.

import type { ServiceStatus } from "./stack.ts";

const maxColumns = 80;

function complaintLines({ complaint }: ServiceStatus): string[] {
  if (complaint === undefined) return [];
  const line = `  its health check: ${complaint}`;
  return [
    line.length > maxColumns ? `${line.slice(0, maxColumns - 1)}…` : line,
  ];
}

/** A row for each service, and what the health check of a failed one says. */
export function serviceTable(services: readonly ServiceStatus[]): string[] {
  const widest = (column: "name" | "address") =>
    Math.max(0, ...services.map((service) => service[column].length));
  const [name, address] = [widest("name"), widest("address")];
  return services.flatMap((service) => [
    [
      service.name.padEnd(Math.max(8, name)),
      service.address.padEnd(address),
      service.state.padEnd(8),
      service.detail,
    ].join(" ").trimEnd(),
    ...complaintLines(service),
  ]);
}
