// What DuckDB itself refuses to load, and a machine where nothing can be had:
// `lake status` as users run it, with an empty cache.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { platformName } from "../../lakehouse/lake/extension_platforms.ts";
import { folderOf } from "../../lakehouse/lake/extension_sources.ts";
import { openWriter } from "../../lakehouse/lake/writer.ts";
import { platformFacts } from "../../tasks/host/platform.ts";
import { deno, type Env } from "../harness/clone.ts";
import { freePort } from "../harness/ports.ts";
import { newPlace, type Place } from "./place.ts";

const platform = platformName(Deno.build);
const damagedFile = "ducklake.duckdb_extension";
const what = "DuckDB's extensions sqlite_scanner and ducklake 1.5.5 for ";

function flipped(bytes: Uint8Array): Uint8Array {
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return bytes;
}

/** What becomes of a file: none of it is what DuckDB's authors signed. */
const damages: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  "one bit is another one": flipped,
  "it is not signed": (bytes) => bytes.fill(0, bytes.length - 256),
  "it is cut": (bytes) => bytes.subarray(0, bytes.length >> 1),
};

/** A lake, and both files in a folder as from another machine. */
async function newMachine() {
  const place = await newPlace();
  await (await openWriter(place)).close();
  const whole = folderOf(place.extensionDir, platform);
  const folder = `${place.dir}/usb`;
  const cached = `${place.dir}/cache/crypto-stream/duckdb`;
  Deno.mkdirSync(folder);
  for (const { name } of Deno.readDirSync(whole)) {
    Deno.copyFileSync(`${whole}/${name}`, `${folder}/${name}`);
  }
  return {
    place,
    folder,
    cached,
    damage(dir: string, change: (bytes: Uint8Array) => Uint8Array) {
      const bytes = Deno.readFileSync(`${whole}/${damagedFile}`);
      Deno.writeFileSync(`${dir}/${damagedFile}`, change(bytes));
    },
    repair: (dir: string) =>
      Deno.copyFileSync(`${whole}/${damagedFile}`, `${dir}/${damagedFile}`),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

/** Deno's own cache stays: it has the engine. */
async function denoDir(): Promise<string> {
  const { stdout } = await deno(["info", "--json"]);
  return JSON.parse(stdout).denoDir;
}

async function status(place: Place, env: Env) {
  return await deno(["run", "-q", "-P=lake", "tasks/lake.ts", "status"], {
    LAKE_DIR: place.lakeDir,
    LAKE_ADDRESS: "off",
    KAFKA_BOOTSTRAP_SERVERS: `localhost:${freePort()}`,
    DENO_DIR: await denoDir(),
    [platformFacts(Deno.build.os).cacheVariable]: `${place.dir}/cache`,
    // As on a machine of which a developer debugs Rust.
    RUST_BACKTRACE: "1",
    ...env,
  });
}

/** One line with the reason, one with the next step, and nothing else. */
function assertRefused(
  { code, stdout, stderr }: Awaited<ReturnType<typeof status>>,
): { reason: string; next: string } {
  assertEquals([code, stdout], [1, ""], stderr);
  const [reason = "", next = "", ...more] = stderr.split("\n");
  assertEquals(more, [""], stderr);
  assertMatch(reason, /^lake status: cannot /);
  assertMatch(next, /^Next: /);
  return { reason, next };
}

Deno.test("DuckDB refuses extensions that are damaged or not signed, and none of them is placed", async () => {
  await using machine = await newMachine();
  const { place, folder, cached } = machine;
  const env = { DUCKDB_EXTENSIONS: folder };
  for (const [how, change] of Object.entries(damages)) {
    machine.damage(folder, change);
    const { reason, next } = assertRefused(await status(place, env));
    assertStringIncludes(reason, `cannot get ${what}`, how);
    assertStringIncludes(reason, `: DUCKDB_EXTENSIONS=${folder}: `, how);
    assertMatch(reason, /signature|not a DuckDB extension/, how);
    assertEquals(reason.includes("staging"), false, reason);
    assertMatch(next, /put both files there, whole and of DuckDB 1\.5\.5 for /);
    const left = [...Deno.readDirSync(cached)].map(({ name }) => name);
    assertEquals(left, ["lock"], how);
  }
  machine.repair(folder);
  const { code, stderr } = await status(place, env);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "signature checked");
});

Deno.test("DuckDB refuses a damaged file of the cache, and the next step repairs it", async () => {
  await using machine = await newMachine();
  const { place, folder, cached } = machine;
  const env = { DUCKDB_EXTENSIONS: folder };
  assertEquals((await status(place, env)).code, 0);
  machine.damage(folderOf(cached, platform), flipped);
  const { reason, next } = assertRefused(await status(place, env));
  assertStringIncludes(reason, "cannot open the lake in");
  const [, named = ""] = /^Next: delete (.+): the/.exec(next) ?? [];
  assertEquals(named, cached);
  Deno.removeSync(named, { recursive: true });
  const { code, stderr } = await status(place, env);
  assertEquals(code, 0, stderr);
});

Deno.test("where neither extensions nor engine can be had, a command of the lake says so", async () => {
  await using machine = await newMachine();
  const { place } = machine;
  const nowhere = `http://127.0.0.1:${freePort()}`;
  const offline = {
    DUCKDB_EXTENSIONS: "",
    // Without pip.
    PATH: place.dir,
    HTTP_PROXY: nowhere,
    http_proxy: nowhere,
    HTTPS_PROXY: nowhere,
    https_proxy: nowhere,
    NO_PROXY: "",
    no_proxy: "",
  };
  const extensions = assertRefused(await status(place, offline));
  assertStringIncludes(extensions.reason, `cannot get ${what}`);
  assertMatch(
    extensions.reason,
    /: DuckDB's site: Could not establish connection; Python's wheels: /,
  );
  assertMatch(extensions.next, /connect to the network/);

  const empty = { ...offline, DENO_DIR: `${place.dir}/deno` };
  const engine = assertRefused(await status(place, empty));
  assertMatch(
    engine.reason,
    /^lake status: cannot get DuckDB 1\.5\.5: npm: .*(connect|refused)/i,
  );
  assertMatch(engine.next, /check the connection to the npm registry/);
});
