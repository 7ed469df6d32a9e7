import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import readme from "../../README.md" with { type: "text" };
import { startSimulator } from "../../tasks/simulator/server.ts";
import { run } from "../../tasks/stack/process.ts";
import { startBroker } from "./broker.ts";
import { freePort } from "./ports.ts";
import { projectDir, startProducer } from "./producer.ts";
import { until } from "./until.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function deno(
  args: string[],
  env: Record<string, string> = {},
  cwd: URL | string = projectDir,
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const task = (name: string, args: string[], env: Record<string, string> = {}) =>
  deno(["run", "-q", "-P=tasks", `tasks/${name}.ts`, ...args], env);

interface Report {
  readonly ok: boolean;
  readonly checks: { name: string; verdict: string; next?: string }[];
}

Deno.test("`verify` follows a stream from nothing to flowing to silent", async () => {
  await using broker = await startBroker();
  await using simulator = await startSimulator();
  const failing = ({ stdout }: Ended) => {
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
      ...env,
      COINGECKO_API_URL: simulator.url,
      ADMIN_ADDRESS: admin,
    });
    const running = { ...env, ADMIN_ADDRESS: admin };
    const flowing = await task("verify", ["--wait=30s"], running);
    assertEquals(flowing.code, 0, flowing.stdout + flowing.stderr);
    assertStringIncludes(flowing.stdout, "Data flows: 11 checks, none failed");
    const more = { ...running, CRYPTO_IDS: "bitcoin,ethereum,solana" };
    // A look at a busy machine may find the newest record too old as well.
    await until("the absent coin is all that fails", async () => {
      const absent = await task("verify", ["--json"], more);
      assertEquals(absent.code, 1);
      return failing(absent).join() === "coins";
    });
    const grown = { ...running, KAFKA_TOPIC_PARTITIONS: "2" };
    await until("the other settings are all that fails", async () => {
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

Deno.test("commands refuse wrong words with exit 2 and say what to try", async () => {
  for (
    const [name, args, part] of [
      ["verify", ["--nope"], "unknown flag --nope"],
      ["verify", ["--wait=soon"], '--wait is "soon"'],
      ["setup", ["--stack=podman"], '--stack is "podman"'],
      ["simulate", ["--port=x"], '--port is "x"'],
      ["destroy", ["--stack=native"], "add --yes"],
      ["logs", ["a", "b"], 'unexpected word "b"'],
    ] as const
  ) {
    const { code, stderr } = await task(name, [...args]);
    assertEquals(code, 2, name);
    assertStringIncludes(stderr, part);
    assertStringIncludes(stderr, `deno task ${name} --help`);
  }
});

/** Nothing listens there: the demo's prices are made up, whoever runs it. */
const noApi = "http://127.0.0.1:9/api/v3";

/** A clone of the committed and uncommitted tree, without ignored files. */
async function withClone(work: (folder: string) => Promise<void>) {
  const folder = `.state/test-clone-${crypto.randomUUID().slice(0, 8)}`;
  const git = async (...args: string[]) => {
    const { stdout } = await new Deno.Command("git", {
      args,
      cwd: projectDir,
    }).output();
    return new TextDecoder().decode(stdout);
  };
  const list = await git("ls-files", "-co", "--exclude-standard");
  const whole = new URL(`${folder}/`, projectDir).pathname;
  try {
    for (const file of list.trim().split("\n")) {
      const to = whole + file;
      await Deno.mkdir(to.slice(0, to.lastIndexOf("/")), { recursive: true });
      await Deno.copyFile(new URL(file, projectDir), to).catch(() => {});
    }
    await work(whole);
  } finally {
    await Deno.remove(whole, { recursive: true });
  }
}

Deno.test("`demo` works in a clean clone and leaves nothing behind", async () => {
  await withClone(async (folder) => {
    const env = { COINGECKO_API_URL: noApi };
    const ended = await deno(["task", "demo"], env, folder);
    assertEquals(ended.code, 0, ended.stdout + ended.stderr);
    assertStringIncludes(ended.stdout, "Data flows: 11 checks, none failed");
    assertStringIncludes(ended.stdout, "market cap");
    for (const line of ended.stdout.split("\n")) {
      if (/^(ok|coin|bitcoin) /.test(line)) assert(line.length <= 80, line);
    }
    const state = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(state.includes(".state"), false);
  });
});

const stateDir = new URL(".state", projectDir).pathname;

/** The processes of the demos that run in this project's own folder. */
async function demoProcesses(): Promise<string[]> {
  const { stdout } = await run("ps", ["ax", "-o", "args"]);
  return stdout.split("\n")
    .filter((line) => line.includes(`${stateDir}/demo-`));
}

async function demoFolders(): Promise<string[]> {
  const { stdout } = await run("ls", [stateDir]);
  return stdout.split("\n").filter((name) => name.startsWith("demo-"));
}

/** A Java that ignores SIGTERM, as a busy one does for a while. */
async function stubbornJava() {
  const dir = await Deno.makeTempDir();
  const { stdout: real } = await run("sh", ["-c", "command -v java"]);
  await Deno.writeTextFile(
    `${dir}/java`,
    `#!/bin/sh\ntrap '' TERM\nexec ${real.trim()} "$@"\n`,
    { mode: 0o755 },
  );
  return {
    dir,
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

const runs = (name: string) => async () =>
  (await demoProcesses()).some((line) => line.includes(name));

const moments: Record<string, () => Promise<boolean>> = {
  "at its start": async () => (await demoFolders()).length > 0,
  "while Java formats a folder": runs(" kafka.tools.StorageTool "),
  "while Kafka starts": runs(" kafka.Kafka "),
  async "while the producer runs"() {
    const [name] = await demoFolders();
    const { stdout } = await run("ls", [`${stateDir}/${name}`]);
    return stdout.includes("outbox");
  },
};

for (const [moment, come] of Object.entries(moments)) {
  Deno.test(`\`demo\` leaves no process and no file after a Ctrl-C ${moment}`, async () => {
    await using java = await stubbornJava();
    const env = {
      PATH: `${java.dir}:${Deno.env.get("PATH")}`,
      JAVA_HOME: "",
      COINGECKO_API_URL: noApi,
    };
    let code: number | undefined;
    // A moment can pass between two looks: then another demo is interrupted.
    for (let left = 5; code === undefined && left > 0; left--) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "-P=tasks", "tasks/demo.ts", "--stack=native"],
        cwd: projectDir,
        env,
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      let isOver = false;
      const ended = child.status.finally(() => isOver = true);
      await until(moment, async () => isOver || await come());
      if (isOver) continue;
      // One Ctrl-C arrives twice under `deno task`.
      child.kill("SIGINT");
      child.kill("SIGINT");
      code = (await ended).code;
    }
    assertEquals(code, 130);
    assertEquals(await demoProcesses(), []);
    assertEquals(await demoFolders(), []);
  });
}

Deno.test("the README's source type-checks and publishes", async () => {
  const source = /```ts source\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  assert(source.split("\n").length < 40);
  await withClone(async (folder) => {
    const at = `${folder}/producer/sources`;
    await Deno.writeTextFile(`${at}/my_api.ts`, source);
    const mod = await Deno.readTextFile(`${at}/mod.ts`);
    await Deno.writeTextFile(
      `${at}/mod.ts`,
      `import { myApi } from "./my_api.ts";\n` +
        mod.replace("  coingecko: (", "  myApi,\n  coingecko: ("),
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
        COINGECKO_API_URL: `http://127.0.0.1:${api.addr.port}/api/v3`,
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

Deno.test("no unit test reaches kafkajs, and one file alone imports it", async () => {
  for (const { name } of Deno.readDirSync(new URL("tests/unit", projectDir))) {
    const { stdout } = await deno(["info", "--json", `tests/unit/${name}`]);
    assert(!stdout.includes("producer/kafka.ts"), name);
  }
  const importers: string[] = [];
  for (
    const folder of ["producer", "producer/sources", "tasks", "tasks/verify"]
  ) {
    for (const { name } of Deno.readDirSync(new URL(folder, projectDir))) {
      if (!name.endsWith(".ts")) continue;
      const path = `${folder}/${name}`;
      const text = Deno.readTextFileSync(new URL(path, projectDir));
      if (/from "kafkajs/.test(text)) importers.push(path);
    }
  }
  assertEquals(importers, ["producer/kafka.ts"]);
});
