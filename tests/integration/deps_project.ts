// A copy of the project for `deno task deps`, and a registry in the layout of JSR
// that serves the stand-ins as its packages.

import { parseLock } from "../../tasks/deps/deno_lock.ts";
import { exists, readText, sha256 } from "../../lib/files.ts";
import {
  imported,
  importsOfAll,
  registryFolder,
  vendoredFiles,
} from "../../tasks/deps/vendor.ts";
import { testDir } from "../harness/broker.ts";
import { type ProcessResult, start } from "../../tasks/host/run_process.ts";
import { copyProject, deno, type Env } from "../harness/clone.ts";

/** `deps` without the tasks that would run before it. */
export const depsArgs = [
  "run",
  "-q",
  "--no-lock",
  "-P=tasks",
  "tasks/deps.ts",
] as const;

/** The address of a JSR that refuses connections. */
export const noJsr = "http://127.0.0.1:9/";

/** The copy; removed at the end of its scope. */
export class Copy implements AsyncDisposable {
  /** The registry that it uses. */
  jsr: string = noJsr;
  readonly #dir: AsyncDisposable & { path: string };

  constructor(dir: AsyncDisposable & { path: string }) {
    this.#dir = dir;
  }

  get path(): string {
    return this.#dir.path;
  }

  /** Runs `deno ARGS` in the copy. */
  deno(args: string[], env: Env = {}): Promise<ProcessResult> {
    return deno(args, { JSR_URL: this.jsr, ...env }, this.path);
  }

  /** Runs `deno task deps`. */
  deps(args: string[] = [], env: Env = {}): Promise<ProcessResult> {
    return this.deno(["task", "-q", "deps", ...args], env);
  }

  /** Starts `deps` and kills it with everything that it has started. */
  async kill(afterMs: number): Promise<void> {
    const child = start(Deno.execPath(), [...depsArgs], {
      cwd: this.path,
      env: { JSR_URL: this.jsr },
      detached: true,
    });
    const timer = setTimeout(() => {
      try {
        Deno.kill(-child.pid, "SIGKILL");
      } catch (error) {
        // It was faster.
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }, afterMs);
    await child.ended;
    clearTimeout(timer);
  }

  /** A file's text; empty if it does not exist. */
  read(path: string): string {
    return readText(`${this.path}/${path}`) ?? "";
  }

  has(path: string): boolean {
    return exists(`${this.path}/${path}`);
  }

  /** Removes a file or folder. */
  remove(path: string): void {
    Deno.removeSync(`${this.path}/${path}`, { recursive: true });
  }

  /** What `vendor/` holds for the registry. */
  holds(): "stand-ins" | "packages of JSR" | "a mixture" | "nothing" {
    const standIns = ["assert/1.0.19/assert", "log/0.224.14/log"].map((file) =>
      this.read(`vendor/${registryFolder(this.jsr)}/@std/${file}.ts`)
    );
    if (standIns.includes("")) return "nothing";
    const kinds = new Set(standIns.map((it) => it.startsWith(jsrMark)));
    if (kinds.size > 1) return "a mixture";
    return kinds.has(true) ? "packages of JSR" : "stand-ins";
  }

  /** Permissions and sizes of everything in `vendor/` and `node_modules/`. */
  entries(folders = ["vendor", "node_modules"]): [string, Deno.FileInfo][] {
    return folders.flatMap((folder): [string, Deno.FileInfo][] => {
      const info = Deno.statSync(`${this.path}/${folder}`);
      const inner = info.isDirectory
        ? Array.from(Deno.readDirSync(`${this.path}/${folder}`))
        : [];
      const paths = inner.map(({ name }) => `${folder}/${name}`);
      return [[folder, info], ...this.entries(paths)];
    });
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#dir[Symbol.asyncDispose]();
  }
}

export async function makeCopy(): Promise<Copy> {
  const dir = await testDir();
  await copyProject(dir.path);
  Deno.writeTextFileSync(`${dir.path}/use.ts`, importsOfAll);
  return new Copy(dir);
}

const jsrMark = "// From the registry.\n";

/** Starts a registry. */
export async function serveJsr(copy: Copy) {
  const text = copy.read("deno.lock");
  const lock = JSON.parse(text);
  lock.jsr = {};
  const files = new Map<string, string>();
  for (const each of imported(parseLock(text))) {
    const name = `@std/${each.name}`;
    const served = await vendoredFiles(
      each,
      (file) => jsrMark + copy.read(`offline/${file}`),
    );
    for (const [path, body] of served) files.set(`/${path}`, body);
    const list = files.get(`/${name}/${each.version}_meta.json`) ?? "";
    lock.jsr[`${name}@${each.version}`] = { integrity: await sha256(list) };
  }
  const specifiers = Object.entries(lock.specifiers).filter(([key]) =>
    !key.startsWith("jsr:") || /@std\/(assert|cli|log)@/.test(key)
  );
  lock.specifiers = Object.fromEntries(specifiers);
  const fake = {
    /** Whether it responds with errors only. */
    isDown: false,
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      const { pathname } = new URL(request.url);
      const body = fake.isDown ? undefined : files.get(pathname);
      // Deno names a vendored file by its type, not by its address.
      const type = pathname.endsWith(".json")
        ? "application/json"
        : "text/typescript";
      return new Response(body ?? null, {
        status: fake.isDown ? 503 : body === undefined ? 404 : 200,
        headers: { "content-type": type },
      });
    },
  );
  return Object.assign(fake, {
    url: `http://127.0.0.1:${server.addr.port}/`,
    /** The project's lock with the hashes of this registry. */
    lock: JSON.stringify(lock, null, 2) + "\n",
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}
