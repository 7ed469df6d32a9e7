// What the stack is called and where it listens unless a setting changes it.
// `compose.yaml` and `.env.example` are tested against this table.

import { settingsTable } from "../../producer/config/settings_table.ts";

const kafkaPort = settingsTable
  .filter(([name]) => name === "KAFKA_HOST_PORT")
  .map(([, fallback]) => fallback).join();

export const stackDefaults = {
  COMPOSE_PROJECT_NAME: "crypto-stream",
  STACK_NAME: "crypto",
  DAS_NETWORK: "part-a_dasnet",
  KAFKA_HOST_PORT: kafkaPort,
  KAFKA_UI_HOST_PORT: "8080",
  ZOOKEEPER_HOST_PORT: "2181",
  LAKE_HOST_PORT: "9465",
  PROMETHEUS_HOST_PORT: "9090",
  GRAFANA_HOST_PORT: "3000",
  ZOOKEEPER_IMAGE: "confluentinc/cp-zookeeper:7.9.8",
  KAFKA_IMAGE: "confluentinc/cp-kafka:7.9.8",
  KAFKA_UI_IMAGE: "ghcr.io/kafbat/kafka-ui:v1.5.0",
  DENO_IMAGE: "denoland/deno:2.9.6",
  PROMETHEUS_IMAGE: "prom/prometheus:v3.13.2",
  GRAFANA_IMAGE: "grafana/grafana:12.4.3",
} as const;

export type StackSetting = keyof typeof stackDefaults;

/** The port of the broker on this machine, of either kind of stack. */
export const defaultKafkaPort = Number(stackDefaults.KAFKA_HOST_PORT);
