import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import page from "../../docs/your-own-source.md" with { type: "text" };
import { startSimulator } from "../../tasks/simulator/simulator_server.ts";
import { startBroker } from "../harness/broker.ts";
import { deno, task, withClone } from "../harness/clone.ts";
import type { ProcessResult } from "../../tasks/host/run_process.ts";
import { freePort } from "../harness/ports.ts";
import { startProducer } from "../harness/producer.ts";
import { until } from "../harness/until.ts";

interface Report {
  readonly ok: boolean;
  readonly checks: { name: string; verdict: string; next?: string }[];
}

Deno.test("`verify` follows a stream from missing to flowing to silent", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator();
  const failing = ({ stdout }: ProcessResult) => {
    const report: Report = JSON.parse(stdout);
    const failed = report.checks.filter(({ verdict }) => verdict === "fail");
    assert(failed.every(({ next }) => next !== undefined));
    return failed.map(({ name }) => name);
  };
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
    CRYPTO_IDS: "bitcoin,ethereum",
    ADMIN_ADDRESS: "127.0.0.1:9",
    API_INTERVAL_SECONDS: "0.2",
    API_TIMEOUT_SECONDS: "1",
  };
  const nowhere = { ...env, KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:9" };
  const none = await task("verify", ["--json"], nowhere);
  assertEquals([none.code, failing(none)], [1, ["broker", "producer"]]);
  const empty = await task("verify", ["--json"], env);
  assertEquals([empty.code, failing(empty)], [1, ["topic", "producer"]]);
  const admin = `127.0.0.1:${freePort()}`;
  {
    await using producer = startProducer({
      simulator,
      env: { ...env, ADMIN_ADDRESS: admin },
    });
    const running = { ...env, ADMIN_ADDRESS: admin };
    const flowing = await task("verify", ["--wait=30s"], running);
    assertEquals(flowing.code, 0, flowing.stdout + flowing.stderr);
    assertStringIncludes(flowing.stdout, "Data flows: 11 checks, none failed");
    const more = { ...running, CRYPTO_IDS: "bitcoin,ethereum,solana" };
    // On a busy machine the newest record may be too old as well.
    await until("only the missing coin fails", async () => {
      const missing = await task("verify", ["--json"], more);
      assertEquals(missing.code, 1);
      return failing(missing).join() === "coins";
    });
    const grown = { ...running, KAFKA_TOPIC_PARTITIONS: "2" };
    await until("only the changed settings fail", async () => {
      const settings = await task("verify", ["--json"], grown);
      assertEquals(settings.code, 1);
      return failing(settings).join() === "settings";
    });
    await until("`status` says ready", async () => {
      const { stdout } = await task("status", ["--stack=native"], running);
      return / ready, pid/.test(stdout);
    });
    assertEquals(await producer.stop(), 0);
  }
  await until("the last record is old", async () => {
    const silent = await task("verify", ["--json"], env);
    assertEquals(silent.code, 1);
    const failed = failing(silent);
    assert(failed.includes("producer"));
    return failed.join() === "producer,age" || undefined;
  });
});

Deno.test("commands refuse wrong arguments with exit 2 and the command to try", async () => {
  for (
    const [name, args, part] of [
      ["verify", ["--nope"], "unknown flag --nope"],
      ["verify", ["--wait=soon"], '--wait is "soon"'],
      ["setup", ["--stack=podman"], '--stack is "podman"'],
      ["simulate", ["--port=x"], '--port is "x"'],
      ["destroy", ["--stack=native"], "add --yes"],
      ["logs", ["a", "b"], 'unexpected argument "b"'],
    ] as const
  ) {
    const { code, stderr } = await task(name, [...args]);
    assertEquals(code, 2, name);
    assertStringIncludes(stderr, part);
    assertStringIncludes(stderr, `deno task ${name} --help`);
  }
});

Deno.test("the documented source type-checks and publishes", async () => {
  const source = /```ts source\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  assert(source.split("\n").length < 40);
  await withClone(async (folder) => {
    const at = `${folder}/producer/sources`;
    await Deno.writeTextFile(`${at}/my_api.ts`, source);
    const mod = await Deno.readTextFile(`${at}/mod.ts`);
    await Deno.writeTextFile(
      `${at}/mod.ts`,
      `import { myApi } from "./my_api.ts";\n` +
        mod.replace("{ coingecko };", "{ coingecko, myApi };"),
    );
    const config = await Deno.readTextFile(`${folder}/deno.json`);
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      config.replace('"CRYPTO_IDS",', '"CRYPTO_IDS",\n"MY_API_URL",'),
    );
    const deps = await deno(["task", "deps"], {}, folder);
    assertEquals(deps.code, 0, deps.stderr);
    const checked = await deno(["check", "producer/main.ts"], {}, folder);
    assertEquals(checked.code, 0, checked.stderr);
    const api = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => Response.json({ price: 92937.01 }),
    );
    await using broker = await startBroker();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-P=producer", "producer/main.ts"],
      cwd: folder,
      env: {
        SOURCE: "myApi",
        SOURCE_SYSTEM: "my_api",
        MY_API_URL: `http://127.0.0.1:${api.addr.port}/ticker`,
        KAFKA_BOOTSTRAP_SERVERS: broker.bootstrap,
        ADMIN_ADDRESS: "off",
        LOG_FORMAT: "json",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let seen = "";
    let asked = false;
    for await (
      const part of child.stdout.pipeThrough(new TextDecoderStream())
    ) {
      seen += part;
      if (asked || !seen.includes('"published"')) continue;
      asked = true;
      child.kill("SIGTERM");
    }
    assertEquals((await child.status).code, 0);
    await api.shutdown();
  });
});
