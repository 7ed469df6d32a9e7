// Where the extensions come from: a folder, DuckDB's site, Python's wheels.

import { messageOf } from "../../lib/errors.ts";
import { ifExists } from "../../lib/files.ts";
import {
  duckdbVersion,
  type ExtensionName,
  extensionNames,
  type ExtensionPlatform,
} from "./extension_platforms.ts";
import { fileInWheel } from "./wheel.ts";

/** Runs a program to its end; throws if there is no such program. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options: {
    readonly signal: AbortSignal;
    readonly env?: Readonly<Record<string, string>>;
  },
) => Promise<{
  /** The exit code. */
  readonly code: number;
  /** What it printed to stdout. */
  readonly stdout: string;
  /** What it printed to stderr. */
  readonly stderr: string;
}>;

/** What a source needs. */
export interface SourceContext {
  /** DuckDB's name of the platform. */
  readonly platform: string;
  /** What there is for it. */
  readonly facts: ExtensionPlatform;
  /** A folder laid out as DuckDB's extension directory, to be filled. */
  readonly stagingDir: string;
  /** Starts programs. */
  readonly run: RunProgram;
}

const engineTimeoutMs = 600_000;
const siteTimeoutMs = 45_000;
const pipTimeoutMs = 180_000;

/** The folder of the files in an extension directory. */
export function folderOf(directory: string, platform: string): string {
  return `${directory}/v${duckdbVersion}/${platform}`;
}

/** The name of an extension's file. */
export function fileName(name: ExtensionName): string {
  return `${name}.duckdb_extension`;
}

/** The last line that a program printed. */
function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() || "no reason given";
}

const program = new URL("extensions_main.ts", import.meta.url).href;

/**
 * Makes Deno fetch the engine from npm, unless it is in Deno's cache.
 *
 * @throws {Error} when it cannot.
 */
export async function fetchEngine(
  { run }: Pick<SourceContext, "run">,
): Promise<void> {
  const signal = AbortSignal.timeout(engineTimeoutMs);
  const env = { NO_COLOR: "1" };
  const { code, stderr } = await run(
    Deno.execPath(),
    ["cache", "-q", program],
    { signal, env },
  );
  if (signal.aborted) {
    throw new Error(`no answer within ${engineTimeoutMs / 1_000} s`);
  }
  if (code === 0) return;
  // A chain of causes, numbered; the last one says most.
  throw new Error(lastLine(stderr).replace(/^(?:error|\d+): /, ""));
}

/** Runs this project's child program. */
export async function runChild(
  verb: "install" | "load",
  { stagingDir, platform, run }: SourceContext,
): Promise<void> {
  const signal = AbortSignal.timeout(siteTimeoutMs);
  const { code, stderr } = await run(
    Deno.execPath(),
    ["run", "-q", "--no-prompt", "--allow-ffi", program, verb, stagingDir],
    { signal, env: { NO_COLOR: "1" } },
  );
  if (signal.aborted) {
    throw new Error(`no answer within ${siteTimeoutMs / 1_000} s`);
  }
  if (code === 0) return;
  // Of a folder that will be gone when it is read.
  const folder = `${folderOf(stagingDir, platform)}/`;
  throw new Error(lastLine(stderr).replaceAll(folder, ""));
}

/** Copies the files of a folder, plain or laid out as DuckDB does. */
export function fromFolder(
  folder: string,
  { platform, stagingDir }: SourceContext,
): void {
  const target = folderOf(stagingDir, platform);
  Deno.mkdirSync(target, { recursive: true });
  for (const name of extensionNames) {
    const file = fileName(name);
    const bytes = [folder, folderOf(folder, platform)]
      .map((from) => ifExists(() => Deno.readFileSync(`${from}/${file}`)))
      .find((found) => found !== undefined);
    if (bytes === undefined) throw new Error(`there is no ${file}`);
    Deno.writeFileSync(`${target}/${file}`, bytes);
  }
}

/** Has DuckDB install them from its own site. */
export function fromSite(context: SourceContext): Promise<void> {
  return runChild("install", context);
}

/** Ways to start pip, in the order in which they are tried. */
const pips: readonly (readonly [string, ...string[]])[] = [
  ["python3", "-m", "pip"],
  ["python", "-m", "pip"],
  ["py", "-m", "pip"],
  ["pip3"],
  ["pip"],
];

async function findPip(run: RunProgram): Promise<typeof pips[0]> {
  for (const pip of pips) {
    const [program, ...args] = pip;
    try {
      const signal = AbortSignal.timeout(pipTimeoutMs);
      const { code } = await run(program, [...args, "--version"], { signal });
      if (code === 0) return pip;
    } catch {
      // There is no such program.
    }
  }
  throw new Error("pip not found in PATH");
}

async function download(
  dir: string,
  tag: string,
  { run }: SourceContext,
): Promise<void> {
  const [program, ...args] = await findPip(run);
  const signal = AbortSignal.timeout(pipTimeoutMs);
  const { code, stderr } = await run(program, [
    ...args,
    "download",
    "--quiet",
    "--disable-pip-version-check",
    "--no-deps",
    "--only-binary=:all:",
    `--platform=${tag}`,
    "--retries=1",
    `--dest=${dir}`,
    ...extensionNames.map((name) =>
      `duckdb-extension-${name.replaceAll("_", "-")}==${duckdbVersion}`
    ),
  ], { signal });
  if (signal.aborted) {
    throw new Error(`pip did not end within ${pipTimeoutMs / 1_000} s`);
  }
  if (code !== 0) throw new Error(`pip: ${lastLine(stderr)}`);
}

/** Takes them out of the wheels that pip downloads; their content is pinned. */
export async function fromWheels(context: SourceContext): Promise<void> {
  const { platform, facts, stagingDir } = context;
  if (facts.wheel === undefined) throw new Error("there are none for it");
  const { tag, files } = facts.wheel;
  const wheelDir = `${stagingDir}/wheels`;
  const target = folderOf(stagingDir, platform);
  Deno.mkdirSync(wheelDir, { recursive: true });
  Deno.mkdirSync(target, { recursive: true });
  await download(wheelDir, tag, context);
  for (const name of extensionNames) {
    const wheel = [...Deno.readDirSync(wheelDir)]
      .find((entry) => entry.name.startsWith(`duckdb_extension_${name}-`));
    if (wheel === undefined) throw new Error(`pip brought no ${name}`);
    const archive = Deno.readFileSync(`${wheelDir}/${wheel.name}`);
    const bytes = fileInWheel(archive, `/${fileName(name)}`);
    const sha256 = await sha256Of(bytes);
    if (sha256 !== files[name].sha256) {
      throw new Error(
        `${wheel.name}: SHA-256 of its ${fileName(name)} is ${sha256}, ` +
          `expected ${files[name].sha256}`,
      );
    }
    Deno.writeFileSync(`${target}/${fileName(name)}`, bytes);
  }
}

/** SHA-256 of bytes in hexadecimal. */
async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}

/** What failed, as a part of a sentence. */
export function reasonOf(source: string, error: unknown): string {
  const reason = error instanceof Deno.errors.NotFound
    ? "not found"
    : messageOf(error);
  return `${source}: ${reason}`;
}
