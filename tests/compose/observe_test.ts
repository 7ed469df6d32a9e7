import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { freePorts } from "../harness/ports.ts";
import { hasPrometheus } from "../harness/prometheus.ts";
import { until } from "../harness/until.ts";
import { takeImages } from "./observe_images.ts";
import { makeProject, simulated, type TestProject } from "./test_project.ts";

const ignore = !await hasPrometheus();
const parts = ["prometheus", "grafana"] as const;

async function idsOf(project: TestProject): Promise<string[]> {
  const label = `label=com.docker.compose.project=${project.name}`;
  const list = await project.must("ps", "-q", "--filter", label);
  return list.split("\n").filter(Boolean).toSorted();
}

function profilesIn(env: string): string | undefined {
  return /^COMPOSE_PROFILES=(.*)$/m.exec(env)?.[1];
}

Deno.test({
  name: "from `setup --observe` to `destroy`: Prometheus and Grafana",
  ignore,
  async fn(t) {
    await using project = await makeProject();
    const { dir, name } = project;
    await using images = await takeImages(name);
    const [prometheus = 0, grafana = 0] = freePorts(2);
    const ports = { prometheus, grafana };
    await project.env({
      ...simulated,
      ...images.env,
      PROMETHEUS_HOST_PORT: String(prometheus),
      GRAFANA_HOST_PORT: String(grafana),
    });
    const setup = ["setup", "--standalone"] as const;
    const readEnv = () => Deno.readTextFile(`${dir}/.env`);
    async function ask(path: string) {
      const response = await fetch(`http://127.0.0.1:${grafana}${path}`);
      return response.ok ? await response.json() : undefined;
    }

    await t.step("the profile is valid in both modes", async () => {
      for (const file of ["compose.yaml", "compose.kraft.yaml"]) {
        const list = await project.must(
          ...["compose", "-f", file, "--profile", "observe"],
          ...["config", "--services"],
        );
        for (const part of parts) assertStringIncludes(list, `crypto-${part}`);
      }
    });

    await t.step("a taken port is reported, and nothing starts", async () => {
      using _taken = Deno.listen({ hostname: "127.0.0.1", port: grafana });
      const { code, stderr } = await project.task(...setup, "--observe");
      assertEquals(code, 1);
      assertStringIncludes(
        stderr,
        `port ${grafana} must be free for crypto-grafana`,
      );
      assertStringIncludes(stderr, "set GRAFANA_HOST_PORT=");
      assertEquals(await project.leftovers(), []);
      assertEquals(profilesIn(await readEnv()), undefined);
    });

    await t.step(
      "setup starts them, whatever proxy containers get",
      async () => {
        // Nothing listens there.
        const proxy = "http://127.0.0.1:9";
        const proxies = { default: { httpProxy: proxy, httpsProxy: proxy } };
        await Deno.mkdir(`${dir}/docker`);
        await Deno.writeTextFile(
          `${dir}/docker/config.json`,
          JSON.stringify({ proxies }),
        );
        const env = { DOCKER_CONFIG: `${dir}/docker` };
        const { code, stdout, stderr } = await project.taskWith(
          { env },
          ...setup,
          "--producer",
          "--observe",
        );
        assertEquals(code, 0, stderr);
        for (const part of parts) {
          assertMatch(stdout, new RegExp(`^crypto-${part} .* healthy`, "m"));
          assertStringIncludes(stdout, `http://localhost:${ports[part]}`);
        }
        assertEquals(profilesIn(await readEnv()), "observe");
      },
    );

    await t.step("Grafana has the dashboards and the metrics", async () => {
      await project.simulate();
      const found: { uid?: string }[] = await ask("/api/search?type=dash-db");
      const uids = found.map(({ uid }) => uid).toSorted();
      assertEquals(uids, ["crypto-lake", "crypto-producer"]);
      const query = encodeURIComponent(
        'crypto_producer_ready{instance="crypto-producer:9464"} == 1',
      );
      await until("the producer is ready, as Grafana sees it", async () => {
        const path = "/api/datasources/proxy/uid/crypto-prometheus/api/v1";
        const answer = await ask(`${path}/query?query=${query}`);
        return answer?.data?.result.length === 1;
      });
      const rules = await fetch(`http://127.0.0.1:${prometheus}/api/v1/rules`);
      assertStringIncludes(await rules.text(), "CryptoLakeNotFresh");
    });

    await t.step("they have no more rights than they need", async () => {
      const writable = {
        prometheus: "/prometheus",
        grafana: "/var/lib/grafana",
      };
      for (const part of parts) {
        const text = await project.must("inspect", `${name}-${part}`);
        const [{ HostConfig: host, Mounts: mounts }] = JSON.parse(text);
        assertEquals(host.ReadonlyRootfs, true);
        assertEquals(host.CapDrop, ["ALL"]);
        assertEquals(host.CapAdd, null);
        assertEquals(host.SecurityOpt, ["no-new-privileges:true"]);
        assert(host.Memory > 0 && host.PidsLimit > 0);
        const bound = Object.values<{ HostIp: string }[]>(host.PortBindings);
        assertEquals(bound.flat().map(({ HostIp }) => HostIp), ["127.0.0.1"]);
        assertEquals(
          mounts.filter(({ RW }: { RW: boolean }) => RW)
            .map(({ Destination }: { Destination: string }) => Destination),
          [writable[part]],
        );
      }
    });

    await t.step("status, logs and a second setup know them", async () => {
      const before = await idsOf(project);
      const status = JSON.parse(
        (await project.mustTask("status", "--json")).stdout,
      );
      const states = status.services.map(
        ({ name, state }: { name: string; state: string }) =>
          `${name} ${state}`,
      );
      const { stdout } = await project.mustTask("logs", "crypto-prometheus");
      assertStringIncludes(stdout, `${name}-prometheus`);
      for (const part of parts) {
        assert(states.includes(`crypto-${part} running`));
      }
      await project.mustTask(...setup);
      assertEquals(await idsOf(project), before);
    });

    await t.step(
      "plain commands include them; stop and setup too",
      async () => {
        const { stdout } = await project.raw("config", "--services");
        for (const part of parts) {
          assertStringIncludes(stdout, `crypto-${part}`);
        }
        await project.stopSimulator();
        await project.mustTask("stop");
        assertEquals(await idsOf(project), []);
        const again = await project.mustTask(...setup);
        assertMatch(again.stdout, /^crypto-grafana .* healthy/m);
      },
    );

    await t.step("--no-observe removes them and keeps their data", async () => {
      const { stdout } = await project.mustTask(...setup, "--no-observe");
      assert(!stdout.includes("grafana"), stdout);
      assertEquals(profilesIn(await readEnv()), undefined);
      const kept = await project.must("volume", "ls", "-q");
      for (const part of parts) {
        assertStringIncludes(kept, `${name}_${part}-data`);
      }
      const plain = await project.raw("config", "--services");
      assert(!plain.stdout.includes("grafana"), plain.stdout);
    });

    await t.step("destroy leaves nothing behind", async () => {
      await project.mustTask(...setup, "--observe");
      await project.mustTask("destroy", "--yes");
      assertEquals(await project.leftovers(), []);
      assertEquals(profilesIn(await readEnv()), undefined);
    });
  },
});
