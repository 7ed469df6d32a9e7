/**
 * A small copy of this project in which `deno task deps` can be tried, and a
 * registry of JSR's layout that serves the stand-ins as its packages.
 *
 * @module
 */

import {
  importedPackages,
  parseLock,
  registryFolder,
} from "../../tasks/deps/reduced_lock.ts";
import {
  sha256,
  standInExports,
  vendoredFiles,
} from "../../tasks/deps/stand_ins.ts";
import { delay } from "../../tasks/host/file_lock.ts";
import { testDir } from "../harness/broker.ts";

const root = new URL("../../", import.meta.url);
const copied = [
  "deno.json",
  "deno.lock",
  "offline",
  "tasks",
  "producer",
  "kafka",
  "lib",
];
const unitTest = `import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { LogLevels } from "@std/log";
Deno.test("all three", () =>
  assertEquals(parseArgs(["--n=10"]).n, LogLevels.DEBUG));
`;

/** Variables on top of this process's own. */
export type Env = Readonly<Record<string, string>>;

/** How a program ended. */
export interface Ended {
  /** The exit code. */
  readonly code: number;
  /** Its standard output. */
  readonly stdout: string;
  /** Its standard error. */
  readonly stderr: string;
}

/** A file's permission bits. */
export interface Mode {
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** The bits. */
  readonly bits: number;
}

function copyTree(from: URL, to: string): void {
  if (!Deno.statSync(from).isDirectory) return Deno.copyFileSync(from, to);
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of Deno.readDirSync(from)) {
    copyTree(new URL(`${from.href}/${name}`), `${to}/${name}`);
  }
}

/** The copy; gone at the end of its scope. */
export class Copy implements AsyncDisposable {
  readonly #gone: AsyncDisposable;
  /** Its folder. */
  readonly path: string;

  /** Made by {@linkcode copyProject}. */
  constructor(path: string, gone: AsyncDisposable) {
    this.path = path;
    this.#gone = gone;
  }

  #command(
    args: readonly string[],
    env: Env,
    options: { readonly detached?: boolean } = {},
  ): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.path,
      env: { NO_COLOR: "1", ...env },
      ...options,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** Runs Deno in the copy. */
  async deno(args: readonly string[], env: Env = {}): Promise<Ended> {
    const { code, stdout, stderr } = await this.#command(args, env).output();
    const [out, err] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    );
    return { code, stdout: out ?? "", stderr: err ?? "" };
  }

  /** Runs `deno task deps` in the copy. */
  deps(args: readonly string[] = [], env: Env = {}): Promise<Ended> {
    return this.deno(["task", "-q", "deps", ...args], env);
  }

  /** Starts the step and kills it without warning. */
  async kill(afterMs: number, env: Env): Promise<void> {
    // Without `deno task` between, so that the step itself is hit.
    const flags = ["run", "-q", "--no-lock", "-P=tasks", "tasks/deps.ts"];
    const child = this.#command(flags, env, { detached: true }).spawn();
    let hasEnded = false;
    const ended = child.output().finally(() => hasEnded = true);
    await Promise.race([ended, delay(afterMs)]);
    // With all that it has started, as a machine that is switched off.
    if (!hasEnded) Deno.kill(-child.pid, "SIGKILL");
    await ended;
  }

  /** A file's text; empty if there is none. */
  read(path: string): string {
    return this.has(path) ? Deno.readTextFileSync(`${this.path}/${path}`) : "";
  }

  /** Writes a file. */
  write(path: string, text: string): void {
    Deno.writeTextFileSync(`${this.path}/${path}`, text);
  }

  /** Whether something is there. */
  has(path: string): boolean {
    try {
      Deno.statSync(`${this.path}/${path}`);
      return true;
    } catch {
      return false;
    }
  }

  /** Removes a file or folder. */
  remove(path: string): void {
    Deno.removeSync(`${this.path}/${path}`, { recursive: true });
  }

  /** The folder of `vendor/` for a registry. */
  folder(registry: string): string {
    return registryFolder(registry);
  }

  /** Permission bits of all that is in some folders, by path. */
  modes(folders: readonly string[]): [string, Mode][] {
    return folders.flatMap((folder): [string, Mode][] => {
      const { mode, isDirectory } = Deno.statSync(`${this.path}/${folder}`);
      const entries = isDirectory
        ? Array.from(Deno.readDirSync(`${this.path}/${folder}`))
        : [];
      const inner = entries.map(({ name }) => `${folder}/${name}`);
      const own: [string, Mode] = [folder, { isDirectory, bits: mode ?? 0 }];
      return [own, ...this.modes(inner)];
    });
  }

  /** What a run may not change: names and sizes, except of the markers. */
  state(): string[] {
    return this.modes(["vendor", "node_modules"]).map(([path]) => {
      const { size, ino } = Deno.statSync(`${this.path}/${path}`);
      return path === "vendor/.deps.json" ? path : `${path} ${size} ${ino}`;
    });
  }

  /** What a run should have cleaned away. */
  leftovers(): string[] {
    if (!this.has(".state")) return [];
    return Array.from(
      Deno.readDirSync(`${this.path}/.state`),
      ({ name }) => name,
    );
  }

  /** Removes the copy. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gone[Symbol.asyncDispose]();
  }
}

/** Copies what `deps` needs, and one test. */
export async function copyProject(): Promise<Copy> {
  const dir = await testDir();
  for (const name of copied) {
    copyTree(new URL(name, root), `${dir.path}/${name}`);
  }
  const copy = new Copy(dir.path, dir);
  const config = JSON.parse(copy.read("deno.json"));
  // The real folder is ignored below .state/, and so would be its tests.
  config.test.include = ["unit_test.ts"];
  copy.write("deno.json", JSON.stringify(config));
  copy.write("unit_test.ts", unitTest);
  return copy;
}

/** A registry that serves the stand-ins as if they were JSR's packages. */
export interface FakeJsr extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
  /** The copy's lock, with this registry's hashes. */
  readonly lock: string;
  /** How many requests it has got. */
  readonly requests: number;
  /** Whether it answers with errors alone. */
  isDown: boolean;
}

/** Starts the registry. */
export async function serveOffline(copy: Copy): Promise<FakeJsr> {
  const text = copy.read("deno.lock");
  const lock = JSON.parse(text);
  const files = new Map<string, string>();
  for (const { name, version } of importedPackages(parseLock(text))) {
    const folder = new URL(`offline/${name}/`, root);
    const sources = new Map(
      Array.from(Deno.readDirSync(folder), (entry) => [
        entry.name,
        Deno.readTextFileSync(new URL(entry.name, folder)),
      ]),
    );
    for (const [path, body] of await vendoredFiles(name, version, sources)) {
      files.set(`/${path}`, body);
    }
    const list = files.get(`/@std/${name}/${version}_meta.json`) ?? "";
    lock.jsr = {
      ...name === Object.keys(standInExports)[0] ? {} : lock.jsr,
      [`@std/${name}@${version}`]: { integrity: await sha256(list) },
    };
  }
  const imported = importedPackages(parseLock(text)).map(({ name }) => name);
  lock.specifiers = Object.fromEntries(
    Object.entries(lock.specifiers).filter(([key]) =>
      !key.startsWith("jsr:") ||
      imported.some((name) => key.startsWith(`jsr:@std/${name}@`))
    ),
  );
  const fake = { isDown: false, requests: 0 };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      fake.requests++;
      const { pathname } = new URL(request.url);
      const body = files.get(pathname);
      if (fake.isDown) return new Response(null, { status: 503 });
      return new Response(body ?? null, {
        status: body === undefined ? 404 : 200,
        headers: {
          // Deno names a vendored file for its type, not for its address.
          "content-type": pathname.endsWith(".json")
            ? "application/json"
            : "text/typescript",
        },
      });
    },
  );
  return Object.assign(fake, {
    url: `http://127.0.0.1:${server.addr.port}/`,
    lock: JSON.stringify(lock, null, 2) + "\n",
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}
