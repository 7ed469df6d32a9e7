// The permissions that a configuration needs.

import { kafkaNeeds } from "../../kafka/kafka_needs.ts";
import { formatAddress } from "../../lib/address.ts";
import type { Need } from "../../lib/needs.ts";
import type { Config } from "./config.ts";

/** What the configuration and the hosts of its source need. */
export function needsOf(
  config: Config,
  sourceHosts: readonly string[],
): Need[] {
  const net = (host: string, why: string): Need => ({ kind: "net", host, why });
  return [
    ...kafkaNeeds(config),
    ...sourceHosts.map((host) => net(host, `the source ${config.source}`)),
    ...config.admin === undefined
      ? []
      : [net(formatAddress(config.admin), "ADMIN_ADDRESS")],
    { kind: "read", path: config.stateDir, why: "STATE_DIR" },
    { kind: "write", path: config.stateDir, why: "STATE_DIR" },
  ];
}
