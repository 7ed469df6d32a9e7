import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeAuthority } from "../harness/certificates.ts";
import { until } from "../harness/until.ts";
import {
  makeNetwork,
  makeProject,
  type TestProject,
  untilHealthy,
} from "./test_project.ts";

const host = "api.coingecko.com";

/** Starts the proxy on the stack's network; returns its address there. */
async function startCompanyProxy(
  { dir, name, must }: TestProject,
  network: string,
): Promise<string> {
  await Deno.mkdir(`${dir}/secrets`);
  const authority = await makeAuthority(`${dir}/secrets`, "company");
  await authority.issue({ name: host, alternatives: `DNS:${host}` });
  for await (const { name: file } of Deno.readDir(`${dir}/secrets`)) {
    await Deno.chmod(`${dir}/secrets/${file}`, 0o644);
  }
  await must(
    ...["run", "-d", "--name", `${name}-proxy`, "--network", network],
    ...["--label", `com.docker.compose.project=${name}`],
    ...["--label", "com.docker.compose.oneoff=True"],
    ...["-v", `${dir}:/app:ro`, "-w", "/app", "denoland/deno:2.9.6"],
    ...["run", "-q", "--cached-only", "--frozen", "-A"],
    ...["tests/compose/company_proxy.ts"],
    ...[`secrets/${host}.pem`, `secrets/${host}.key`],
  );
  return `http://${name}-proxy:3128`;
}

async function asked({ name, must }: TestProject): Promise<string[]> {
  const lines = (await must("logs", `${name}-proxy`)).split("\n");
  // Deno's own look for a newer version.
  return lines.filter((line) => line !== "" && !line.includes("deno.land"));
}

Deno.test("a stack whose containers are given a proxy: healthy, and prices arrive through it", async (t) => {
  await using project = await makeProject();
  await using network = await makeNetwork(project);
  const { dir, name } = project;
  const proxy = await startCompanyProxy(project, network.name);
  const proxies = { default: { httpProxy: proxy, httpsProxy: proxy } };
  await Deno.mkdir(`${dir}/docker`);
  await Deno.writeTextFile(
    `${dir}/docker/config.json`,
    JSON.stringify({ proxies }),
  );
  await project.env({
    DENO_CERT: "./secrets/company.pem",
    API_INTERVAL_SECONDS: "1",
    CRYPTO_IDS: "bitcoin",
  });
  const env = { DOCKER_CONFIG: `${dir}/docker` };
  const run = async (task: string, ...args: string[]) => {
    const ended = await project.taskWith({ env }, task, ...args);
    return { ...ended, text: ended.stdout + ended.stderr };
  };

  await t.step("setup, health checks, verify", async () => {
    const setup = await run("setup", "--standalone", "--producer");
    assertEquals(setup.code, 0, setup.text);
    const variables = ["exec", `${name}-producer`, "printenv", "HTTP_PROXY"];
    assertEquals((await project.must(...variables)).trim(), proxy);
    await untilHealthy(project, "kafka-ui", "producer");
    const verify = await run("verify", "--wait=120s");
    assertEquals(verify.code, 0, verify.text);
    assertStringIncludes(verify.text, `runs in the container ${name}-producer`);
    const targets = new Set(await asked(project));
    assertEquals(targets, new Set([`CONNECT ${host}:443`]));
  });

  await t.step("the proxy of .env, read by the producer itself", async () => {
    await project.mustTask("stop");
    await Deno.remove(`${dir}/docker/config.json`);
    await project.env({ HTTPS_PROXY: proxy });
    const before = (await asked(project)).length;
    const setup = await run("setup", "--standalone", "--producer");
    assertEquals(setup.code, 0, setup.text);
    await until(
      "a poll through the proxy",
      async () => (await asked(project)).length > before,
    );
    const verify = await run("verify", "--wait=120s");
    assertEquals(verify.code, 0, verify.text);
  });

  await t.step("the words of a health check that fails", async () => {
    const words = "the check's own words";
    const healthcheck = {
      test: `echo "${words}"; exit 1`,
      interval: "1s",
      retries: 1,
      start_period: "0s",
    };
    await Deno.writeTextFile(
      `${dir}/change.json`,
      JSON.stringify({ services: { "kafka-ui": { healthcheck } } }),
    );
    await project.env({ COMPOSE_FILE: "compose.yaml:change.json" });
    for (
      const [task, ...args] of [
        ["setup", "--standalone"],
        ["status"],
        ["verify"],
      ] as const
    ) {
      const { text } = await run(task, ...args);
      // `verify` wraps its lines.
      assert(text.replace(/\s+/g, " ").includes(words), `${task}: ${text}`);
    }
  });
  await project.task("destroy", "--yes");
});
