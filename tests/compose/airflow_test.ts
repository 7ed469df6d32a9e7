// What Docker Compose makes of compose.airflow.yaml. The image is not built:
// that needs a registry.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { pathOf, projectDir } from "../../lib/project.ts";
import { createDocker } from "../../tasks/docker/docker.ts";
import { airflowVersion } from "../airflow/airflow.ts";

Deno.test("compose.airflow.yaml: the tested Airflow, on loopback, over a project that it cannot change", async () => {
  const docker = createDocker({ cwd: projectDir });
  const text = await docker.output([
    ...["compose", "--env-file=/dev/null", "-f", "compose.airflow.yaml"],
    ...["config", "--format", "json"],
  ]);
  const { name, services: { airflow } } = JSON.parse(text);
  assertEquals(name, "crypto-airflow");
  const { image, build, ports, volumes, environment } = airflow;
  assertEquals(image, `crypto-stream/airflow:${airflowVersion}`);
  const dockerfile: string = build.dockerfile_inline;
  assertStringIncludes(dockerfile, `FROM apache/airflow:${airflowVersion}\n`);
  const deno = await Deno.readTextFile(new URL("compose.yaml", projectDir));
  const [, version] = /denoland\/deno:([\d.]+)/.exec(deno) ?? [];
  assertStringIncludes(dockerfile, `FROM denoland/deno:bin-${version} `);
  assertEquals(
    ports.map((one: Record<string, unknown>) => [one.host_ip, one.target]),
    [["127.0.0.1", 8080]],
  );
  // In the container: the port of the machine is not there.
  assertEquals(
    environment.AIRFLOW__CORE__EXECUTION_API_SERVER_URL,
    `http://localhost:${ports[0].target}/execution/`,
  );
  const project = volumes.find((one: { target: string }) =>
    one.target === environment.CRYPTO_STREAM_HOME
  );
  assertEquals(
    [project.source, project.read_only],
    [pathOf(projectDir).replace(/\/$/, ""), true],
  );
});
