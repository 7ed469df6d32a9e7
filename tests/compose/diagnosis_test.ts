/**
 * Provokes the failures of the symptom table on a real engine, through `setup`.
 * Not provoked: a socket of another user, a full disk and a handshake that times
 * out (they take another user, another disk, or ten seconds each); their captured
 * output is in `tests/fakes/failures.ts`.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { diagnose, symptoms } from "../../tasks/diagnosis/diagnose.ts";
import { freePort } from "../harness/ports.ts";
import { makeNetwork, makeProject, type TestProject } from "./test_project.ts";

function known(id: string) {
  const found = symptoms.find((symptom) => symptom.id === id);
  if (found === undefined) throw new Error(`unknown symptom ${id}`);
  return found;
}

/** The cause while Docker has not yet reported the reason. */
const killed =
  "it was killed: by hand, or because the machine ran out of memory";

/** Checks that `setup` fails with this symptom's cause and fix. */
async function failsWith(id: string, project: TestProject, ...args: string[]) {
  const { code, stderr } = await project.task("setup", "--standalone", ...args);
  const { cause, fix } = known(id);
  const isLate = id === "out-of-memory" && stderr.includes(killed);
  assertStringIncludes(stderr, isLate ? killed : cause, `${id} in ${stderr}`);
  const start = fix.split(/[;:(]/)[0]?.replaceAll("`", "");
  assertStringIncludes(stderr, start ?? "");
  assertEquals(code, 1, stderr);
}

const answers: Readonly<Record<string, readonly [number, string]>> = {
  unknown: [404, "MANIFEST_UNKNOWN"],
  denied: [403, "DENIED"],
  many: [429, "TOOMANYREQUESTS"],
};

/** A registry on this machine without images. */
function serveRegistry(): Deno.HttpServer<Deno.NetAddr> {
  const headers = { "docker-distribution-api-version": "registry/2.0" };
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const name = new URL(request.url).pathname.split("/")[2] ?? "";
      const [status, code] = answers[name] ?? [200, ""];
      const message = code === "DENIED"
        ? "requested access to the resource is denied"
        : code.toLowerCase().replaceAll("_", " ");
      const body = code === "" ? {} : { errors: [{ code, message }] };
      return Response.json(body, { status, headers });
    },
  );
}

/** Changes the Kafka service of the clone, by a second Compose file. */
async function changeKafka(
  project: TestProject,
  change: object,
): Promise<void> {
  const text = JSON.stringify({ services: { kafka: change } });
  await Deno.writeTextFile(`${project.dir}/change.json`, text);
}

Deno.test("`setup` reports why an image cannot be pulled", async (t) => {
  await using project = await makeProject();
  await using _network = await makeNetwork(project);
  const registry = serveRegistry();
  const { port } = registry.addr;
  for (
    const [id, image] of [
      ["image-missing", `127.0.0.1:${port}/unknown/cp-kafka:1`],
      ["image-missing", `127.0.0.1:${port}/denied/cp-kafka:1`],
      ["registry-limit", `127.0.0.1:${port}/many/cp-kafka:1`],
      ["registry-away", "registry.invalid/cp-kafka:1"],
      ["registry-away", `127.0.0.1:${freePort()}/any/cp-kafka:1`],
    ] as const
  ) {
    await t.step(`${id}: ${image.slice(image.indexOf("/"))}`, async () => {
      await project.env({ KAFKA_IMAGE: image });
      await failsWith(id, project);
    });
  }
  await registry.shutdown();
  assertEquals(await project.leftovers(), []);
});

Deno.test("`diagnose()` recognises the output of this engine", async (t) => {
  await using project = await makeProject({ bare: true });
  const { name, docker } = project;
  const diagnosed = async (...args: string[]) => {
    const { code, stderr } = await docker(...args);
    assertEquals(code === 0, false, stderr);
    return diagnose(stderr);
  };
  const label = `com.docker.compose.project=${name}`;
  const image = "denoland/deno:2.9.6";
  const hold = ["run", "-d", "--label", label, "--entrypoint", "sleep"];

  await t.step("name-taken", async () => {
    await project.must(...hold, "--name", name, image, "600");
    const found = await diagnosed("run", "--name", name, image);
    assertEquals(found?.id, "name-taken");
    assertStringIncludes(found?.next ?? "", `docker rm -f ${name}`);
  });

  await t.step("port-taken, by a container and by a program", async () => {
    const publish = (port: number) => ["-p", `127.0.0.1:${port}:80`];
    const port = freePort();
    await project.must(...hold, ...publish(port), image, "600");
    const again = ["run", "--rm", "--label", label];
    const container = await diagnosed(...again, ...publish(port), image);
    assertStringIncludes(container?.cause ?? "", `port ${port}`);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const taken = listener.addr.port;
    const program = await diagnosed(...again, ...publish(taken), image);
    assertEquals([container?.id, program?.id], ["port-taken", "port-taken"]);
    assertStringIncludes(program?.cause ?? "", `port ${taken}`);
  });

  await t.step("network-missing", async () => {
    const network = `--network=${name}-no`;
    const found = await diagnosed("run", "--rm", network, image);
    assertEquals(found?.id, "network-missing");
  });

  await t.step("mount-missing", async () => {
    const mount = `type=bind,src=${project.dir}/no,dst=/x`;
    const found = await diagnosed("run", "--rm", "--mount", mount, image);
    assertEquals(found?.id, "mount-missing");
  });

  await t.step("engine-off", async () => {
    const socket = `unix://${project.dir}/no.sock`;
    assertEquals((await diagnosed("-H", socket, "ps"))?.id, "engine-off");
  });
});

Deno.test("`setup` reports why a service does not start", async (t) => {
  await using project = await makeProject();
  await using _network = await makeNetwork(project);
  const { name, must } = project;

  await t.step("old-kafka-variable", async () => {
    await project.env({ COMPOSE_FILE: "compose.yaml:change.json" });
    await changeKafka(project, { environment: { KAFKA_PORT: "9092" } });
    await failsWith("old-kafka-variable", project);
  });

  await t.step("volume-unwritable", async () => {
    await must("compose", "down");
    await Deno.mkdir(`${project.dir}/data`, { mode: 0o755 });
    await changeKafka(project, { volumes: ["./data:/var/lib/kafka/data"] });
    await failsWith("volume-unwritable", project);
  });

  await t.step("out-of-memory", async () => {
    await must("compose", "down");
    await changeKafka(project, { mem_limit: "96m", memswap_limit: "96m" });
    await failsWith("out-of-memory", project);
  });

  await t.step("zookeeper-snapshot", async () => {
    await must("compose", "down");
    await changeKafka(project, {});
    await project.mustTask("setup", "--standalone");
    await must("compose", "down");
    await must("volume", "rm", `${name}_zookeeper-data`);
    await failsWith("zookeeper-snapshot", project);
  });

  await t.step("cluster-id", async () => {
    await must("compose", "down");
    await must(
      ...["volume", "rm", `${name}_zookeeper-data`, `${name}_zookeeper-log`],
    );
    await failsWith("cluster-id", project);
  });
});
