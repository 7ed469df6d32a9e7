import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { defaultCacheDir } from "../../tasks/host/platform.ts";
import { run, start } from "../../tasks/host/run_process.ts";
import { deno, task, withClone } from "../harness/clone.ts";
import { startHttpProxy } from "../harness/http_proxy.ts";
import { listen } from "../harness/page_events.ts";
import { projectDir } from "../../lib/project.ts";
import { until } from "../harness/until.ts";

/** Unreachable, so that the demo uses the simulator on every machine. */
const noApi = "http://127.0.0.1:9/api/v3";

Deno.test("`demo` works in a clean clone and leaves nothing behind", async () => {
  await withClone(async (folder) => {
    const env = { COINGECKO_API_URL: noApi };
    const ended = await deno(["task", "demo"], env, folder);
    assertEquals(ended.code, 0, ended.stdout + ended.stderr);
    assertStringIncludes(ended.stdout, "Data flows: 11 checks, none failed");
    assertStringIncludes(ended.stdout, "market cap");
    assertStringIncludes(
      ended.stderr.trimEnd().split("\n").at(-1) ?? "",
      "deno task demo --open",
    );
    assertMatch(ended.stdout, /^silver {2}\d+ ticks of 10 coins, 0 rejects$/m);
    assertMatch(ended.stdout, /^gold {4}\d+ hourly candles, \d+ ms after/m);
    for (const line of ended.stdout.split("\n")) {
      if (/^(ok|coin|bitcoin) /.test(line)) assert(line.length <= 80, line);
    }
    const state = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(state.includes(".state"), false);
  });
});

Deno.test("`demo` asks a proxy of the shell for nothing on this machine", async () => {
  await using proxy = startHttpProxy({ upstream: 9 });
  const ended = await task("demo", ["--stack=native"], {
    COINGECKO_API_URL: noApi,
    DENO_NO_UPDATE_CHECK: "1",
    HTTP_PROXY: proxy.url,
    ALL_PROXY: proxy.url,
  });
  assertEquals(ended.code, 0, ended.stdout + ended.stderr);
  assertEquals(proxy.asked, []);
});

/** A cache with Kafka's jars alone, from the demos above. */
async function kafkaCache() {
  const dir = await Deno.makeTempDir();
  const real = defaultCacheDir(Deno.build.os, (name) => Deno.env.get(name));
  await Deno.mkdir(`${dir}/crypto-stream`);
  for (const { name } of Deno.readDirSync(real)) {
    if (!name.startsWith("kafka-")) continue;
    await Deno.symlink(`${real}/${name}`, `${dir}/crypto-stream/${name}`);
  }
  return {
    dir,
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("`demo` without the lake's engine says so, and succeeds", async () => {
  await using cache = await kafkaCache();
  const ended = await task("demo", ["--stack=native"], {
    COINGECKO_API_URL: noApi,
    XDG_CACHE_HOME: cache.dir,
    DUCKDB_EXTENSIONS: `${cache.dir}/none`,
  });
  assertEquals(ended.code, 0, ended.stdout + ended.stderr);
  assertStringIncludes(ended.stdout, "Data flows: 11 checks, none failed");
  const said = ended.stderr.split("\n")
    .filter((line) => line.startsWith("The lake is left out: "));
  assertEquals(said.length, 1, ended.stderr);
});

Deno.test("`demo --open` shows the page of its lake until Ctrl-C, which ends it well", async () => {
  const lines: string[] = [];
  const demo = start(
    Deno.execPath(),
    ["run", "-q", "-P=tasks", "tasks/demo.ts", "--stack=native", "--open"],
    {
      cwd: projectDir,
      env: { COINGECKO_API_URL: noApi },
      onLine: (line) => lines.push(line),
    },
  );
  let isOver = false;
  demo.ended.then(() => isOver = true);
  const url = await until("the page", () => {
    assertEquals(isOver, false, lines.join("\n"));
    return /^The page: (\S+)$/m.exec(lines.join("\n"))?.[1];
  });
  const chain = await (await fetch(`${url}api/chain`)).json();
  assertEquals(chain.state, "flowing", JSON.stringify(chain));
  const { coins } = await (await fetch(`${url}api/prices`)).json();
  assertEquals(coins.length, 10);
  await using page = listen(url.replace(/\/$/, ""));
  await until("a commit", () => page.ofKind("commit").length > 0);
  // The log would push the address off the screen.
  assertStringIncludes(lines.slice(-2).join("\n"), "Ctrl-C ends it");
  demo.kill("SIGINT");
  const { code } = await demo.ended;
  assertEquals(code, 0, lines.join("\n"));
  assertEquals(await demoProcesses(), []);
  assertEquals(await demoFolders(), []);
});

const stateDir = new URL(".state", projectDir).pathname;

async function demoProcesses(): Promise<string[]> {
  const { stdout } = await run("ps", ["ax", "-o", "args"]);
  return stdout.split("\n")
    .filter((line) => line.includes(`${stateDir}/demo-`));
}

async function demoFolders(): Promise<string[]> {
  const { stdout } = await run("ls", [stateDir]);
  return stdout.split("\n").filter((name) => name.startsWith("demo-"));
}

/** A Java that ignores SIGTERM, as a busy one may for a while. */
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

function runs(name: string) {
  return async () =>
    (await demoProcesses()).some((line) => line.includes(name));
}

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
    // The moment can pass between two polls: then another demo is interrupted.
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

/** A pip that never ends, and a child of it. */
async function hangingPip() {
  const dir = await Deno.makeTempDir({ prefix: "crypto-pip-" });
  const { stdout: sleep } = await run("sh", ["-c", "command -v sleep"]);
  await Deno.symlink(sleep.trim(), `${dir}/sleep`);
  await Deno.writeTextFile(
    `${dir}/python3`,
    `#!/bin/sh\n${dir}/sleep 600\nexit 1\n`,
    { mode: 0o755 },
  );
  return {
    dir,
    async running(): Promise<string[]> {
      const { stdout } = await run("ps", ["ax", "-o", "args"]);
      return stdout.split("\n").filter((line) => line.includes(`${dir}/`));
    },
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

Deno.test("`demo` leaves no process after a Ctrl-C while pip fetches the lake's extensions", async () => {
  await using cache = await kafkaCache();
  await using pip = await hangingPip();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-P=tasks", "tasks/demo.ts", "--stack=native"],
    cwd: projectDir,
    env: {
      PATH: `${pip.dir}:${Deno.env.get("PATH")}`,
      XDG_CACHE_HOME: cache.dir,
      COINGECKO_API_URL: noApi,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("pip runs", async () => (await pip.running()).length > 1);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  assertEquals(await pip.running(), []);
  assertEquals(await demoFolders(), []);
});
