// The images of the profile `observe`: the real ones where they have been pulled,
// else stand-ins: Debian's Prometheus, and a program that serves a few of
// Grafana's paths from its provisioning files.

import { testDir } from "../harness/broker.ts";
import { run } from "../../tasks/host/run_process.ts";
import { stackDefaults } from "../../tasks/stack/stack_defaults.ts";

const base = stackDefaults.DENO_IMAGE;

const prometheusFile = `FROM ${base}
USER root
ENV DENO_DIR=/prometheus/deno
COPY prometheus check /usr/local/bin/
RUN ln -s check /usr/local/bin/promtool
RUN mkdir /prometheus && chown 65534:65534 /prometheus
USER 65534:65534
WORKDIR /prometheus
VOLUME /prometheus
ENTRYPOINT ["prometheus"]
`;

const grafanaFile = `FROM ${base}
USER root
ENV DENO_DIR=/tmp/deno
COPY grafana_stand_in.ts /
COPY check /usr/local/bin/
RUN ln -s check /usr/local/bin/wget
RUN for dir in lib log; do \\
  mkdir -p /var/$dir/grafana && chown 472:0 /var/$dir/grafana && \\
  chmod 777 /var/$dir/grafana; done
USER 472:0
ENTRYPOINT ["deno", "run", "-q", "-A", "--no-config", "--no-lock", "/grafana_stand_in.ts"]
`;

/**
 * For the health checks: `wget URL`, and `promtool check ready --url=URL`, which
 * Debian's promtool does not know. They go through no proxy either.
 */
const check = `#!/bin/sh
exec deno eval -q --no-config --no-lock '
  const [url] = Deno.args.at(-1).match(/http:.*/);
  const path = Deno.args.includes("ready") ? "/-/ready" : "";
  Deno.exit((await fetch(url + path)).ok ? 0 : 1);
' "$@"
`;

async function must(
  program: string,
  ...args: readonly string[]
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`);
}

async function isHere(image: string): Promise<boolean> {
  return (await run("docker", ["image", "inspect", image])).code === 0;
}

async function build(
  tag: string,
  dockerfile: string,
  [from, to]: readonly [string, string],
): Promise<void> {
  await using dir = await testDir();
  await Deno.writeTextFile(`${dir.path}/Dockerfile`, dockerfile);
  await Deno.writeTextFile(`${dir.path}/check`, check, { mode: 0o755 });
  await Deno.copyFile(from, `${dir.path}/${to}`);
  await must("docker", "build", "-q", "-t", tag, dir.path);
}

/** The variables that name the images. Removes at the end what it has built. */
export async function takeImages(
  name: string,
): Promise<AsyncDisposable & { readonly env: Record<string, string> }> {
  const built: string[] = [];
  const env: Record<string, string> = {};
  if (!await isHere(stackDefaults.PROMETHEUS_IMAGE)) {
    const path = (await must("which", "prometheus")).trim();
    const tag = env.PROMETHEUS_IMAGE = `${name}/prometheus:stand-in`;
    await build(tag, prometheusFile, [path, "prometheus"]);
    built.push(tag);
  }
  if (!await isHere(stackDefaults.GRAFANA_IMAGE)) {
    const program = "grafana_stand_in.ts";
    const from = new URL(program, import.meta.url).pathname;
    const tag = env.GRAFANA_IMAGE = `${name}/grafana:stand-in`;
    await build(tag, grafanaFile, [from, program]);
    built.push(tag);
  }
  return {
    env,
    async [Symbol.asyncDispose]() {
      if (built.length > 0) await must("docker", "image", "rm", ...built);
    },
  };
}
