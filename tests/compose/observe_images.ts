// The images of the profile `observe`: the real ones where they have been pulled,
// else stand-ins: Debian's Prometheus, and a program that serves a few of
// Grafana's paths from its provisioning files.

import { testDir } from "../harness/broker.ts";
import { run } from "../../tasks/host/run_process.ts";
import { stackDefaults } from "../../tasks/stack/stack_defaults.ts";

const base = stackDefaults.DENO_IMAGE;

const prometheusFile = `FROM ${base}
COPY prometheus promtool /bin/
COPY --chown=65534:65534 empty /prometheus
USER 65534:65534
WORKDIR /prometheus
VOLUME /prometheus
ENTRYPOINT ["/bin/prometheus"]
`;

/** Its `wget` is for the health check alone, and goes through no proxy either. */
const grafanaFile = `FROM ${base}
ENV DENO_DIR=/tmp/deno
COPY grafana_stand_in.ts /
COPY wget /usr/local/bin/
COPY --chown=472:0 empty /var/lib/grafana
USER 472:0
ENTRYPOINT ["deno", "run", "-q", "-A", "--no-config", "--no-lock", "/grafana_stand_in.ts"]
`;

const wget = `#!/bin/sh
exec deno eval -q --no-config --no-lock \\
  'Deno.exit((await fetch(Deno.args.at(-1))).ok ? 0 : 1)' "$@"
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
  files: readonly (readonly [string, string])[],
): Promise<void> {
  await using dir = await testDir();
  await Deno.writeTextFile(`${dir.path}/Dockerfile`, dockerfile);
  await Deno.writeTextFile(`${dir.path}/wget`, wget, { mode: 0o755 });
  await Deno.mkdir(`${dir.path}/empty`);
  for (const [from, to] of files) {
    await Deno.copyFile(from, `${dir.path}/${to}`);
  }
  await must("docker", "build", "-q", "-t", tag, dir.path);
}

/** The variables that name the images. Removes at the end what it has built. */
export async function takeImages(
  name: string,
): Promise<AsyncDisposable & { readonly env: Record<string, string> }> {
  const built: string[] = [];
  const env: Record<string, string> = {};
  if (!await isHere(stackDefaults.PROMETHEUS_IMAGE)) {
    const paths = ["prometheus", "promtool"].map(async (program) =>
      [(await must("which", program)).trim(), program] as const
    );
    const tag = env.PROMETHEUS_IMAGE = `${name}/prometheus:stand-in`;
    await build(tag, prometheusFile, await Promise.all(paths));
    built.push(tag);
  }
  if (!await isHere(stackDefaults.GRAFANA_IMAGE)) {
    const program = "grafana_stand_in.ts";
    const from = new URL(program, import.meta.url).pathname;
    const tag = env.GRAFANA_IMAGE = `${name}/grafana:stand-in`;
    await build(tag, grafanaFile, [[from, program]]);
    built.push(tag);
  }
  return {
    env,
    async [Symbol.asyncDispose]() {
      if (built.length > 0) await must("docker", "image", "rm", ...built);
    },
  };
}
