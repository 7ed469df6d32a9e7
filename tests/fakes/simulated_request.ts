import type { SimulatedRequest } from "../../tasks/simulator/simulator_handler.ts";

/** A request to the simulator: `GET /api/v3/ping?a=b`. */
export function simulatedRequest(
  text: string,
  headers: Record<string, string> = {},
): SimulatedRequest {
  const [method = "", address = ""] = text.split(" ");
  const { pathname, searchParams } = new URL(address, "http://localhost");
  return {
    method,
    path: pathname,
    query: searchParams,
    headers: new Headers(headers),
  };
}
