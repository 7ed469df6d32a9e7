// The demo's Kafka in containers: the Compose stack under a project, prefix,
// network and ports of its own.

import { realPorts } from "../../lib/merge_settings.ts";
import { createDocker } from "../docker/docker.ts";
import { freePorts } from "../host/ports.ts";
import { composeSettings } from "../stack/compose_settings.ts";
import { createComposeStack } from "../stack/compose/compose_stack.ts";
import { ensureStandalone } from "../stack/compose/preflight/standalone.ts";
import type { DemoKafka } from "./demo_kafka.ts";
import { ownedRun } from "./owned_run.ts";
import { removeProject } from "./remove_project.ts";
import type { Sandbox } from "./sandbox.ts";

export function dockerKafka(sandbox: Sandbox, stop: AbortSignal): DemoKafka {
  const project = `crypto-demo-${crypto.randomUUID().slice(0, 8)}`;
  const [kafka = 0, ui = 0, zookeeper = 0] = freePorts(3);
  const usual = composeSettings(realPorts);
  const settings = {
    ...usual,
    project,
    prefix: project,
    ports: { ...usual.ports, kafka, "kafka-ui": ui, zookeeper },
    network: project,
    standaloneNetwork: project,
    isKraft: false,
    profiles: [],
    moreProfiles: [],
    moreFiles: [],
  };

  const runOwned = ownedRun(sandbox, stop);
  const stack = createComposeStack({
    settings,
    network: project,
    env: {
      STACK_NAME: project,
      KAFKA_HOST_PORT: String(kafka),
      KAFKA_UI_HOST_PORT: String(ui),
      ZOOKEEPER_HOST_PORT: String(zookeeper),
    },
    run: runOwned,
  });
  return {
    port: kafka,
    target: {
      kind: "compose",
      compose: { project, denoImage: settings.denoImage },
    },
    async start(progress) {
      sandbox.onClear(() => removeProject(project));
      await ensureStandalone(createDocker({ run: runOwned }), project);
      progress(`Starting containers named ${project}-...`);
      await stack.up(progress);
    },
    // Nothing in it is kept: it need not stop gracefully.
    stop: () => Promise.resolve(),
  };
}
