// The permissions that a client of Kafka needs.

import { type Address, formatAddress } from "../lib/address.ts";
import type { Need } from "../lib/needs.ts";
import { accessFiles, type KafkaAccess } from "./access.ts";

/** Permissions for the brokers, and for the files of TLS and SASL. */
export function kafkaNeeds(
  { brokers, access }: {
    readonly brokers: readonly Address[];
    readonly access: KafkaAccess;
  },
): Need[] {
  return [
    ...brokers.map((broker): Need => ({
      kind: "net",
      host: formatAddress(broker),
      why: "KAFKA_BOOTSTRAP_SERVERS",
    })),
    ...accessFiles(access).map(({ path, setting }): Need => ({
      kind: "read",
      path,
      why: setting,
    })),
  ];
}
