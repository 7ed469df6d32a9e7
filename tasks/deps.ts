/**
 * `deno task deps`: the packages, installed. Where JSR cannot be reached the
 * stand-ins of `offline/` take the place of the three @std packages. It may
 * not import a package itself, and writes to stderr only.
 *
 * @module
 */

import { writeLine } from "../producer/output.ts";
import {
  exists,
  holdsStd,
  makeReadable,
  placeStandIns,
  standInMarker,
  swap,
} from "./deps/place.ts";

const say = (line: string) => writeLine(Deno.stderr, `deps: ${line}`);
const dayMs = 24 * 60 * 60 * 1000;
const jsrTimeoutMs = 3_000;
const marker = "node_modules/.deps";
const help = `Installs the packages; runs by itself before other tasks.

Usage: deno task deps [--refresh]

  --refresh  where stand-ins are in place: try JSR again now, not once a day`;

async function fingerprint(): Promise<string> {
  const files = [
    "deno.lock",
    "offline/assert/mod.ts",
    "offline/cli/parse_args.ts",
    "offline/log/mod.ts",
  ];
  const text = files.map((file) => Deno.readTextFileSync(file)).join("\0");
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `${Deno.version.deno} ${new Uint8Array(hash).toHex()}`;
}

function isInPlace(print: string): boolean {
  return exists(marker) && Deno.readTextFileSync(marker) === print &&
    exists("node_modules/kafkajs/package.json") && holdsStd("vendor");
}

function triedLately(): boolean {
  if (!exists(standInMarker)) return true;
  const tried = Deno.statSync(standInMarker).mtime?.getTime() ?? 0;
  return Math.abs(Date.now() - tried) < dayMs;
}

async function install(cwd: string): Promise<string | undefined> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "-q", "--frozen"],
    cwd,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).output();
  if (code === 0) return undefined;
  return new TextDecoder().decode(stderr).trim().split("\n")[0] ?? "no reason";
}

async function jsrAnswers(): Promise<boolean> {
  try {
    const base = Deno.env.get("JSR_URL") ?? "https://jsr.io";
    const response = await fetch(new URL("/@std/assert/meta.json", base), {
      signal: AbortSignal.timeout(jsrTimeoutMs),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Installs the real packages beside the stand-ins, then changes places. */
async function replaceStandIns(): Promise<void> {
  const now = new Date();
  Deno.utimeSync(standInMarker, now, now);
  if (!await jsrAnswers()) return;
  const place = `.state/deps-${crypto.randomUUID().slice(0, 8)}`;
  Deno.mkdirSync(place, { recursive: true });
  try {
    Deno.copyFileSync("deno.json", `${place}/deno.json`);
    Deno.copyFileSync("deno.lock", `${place}/deno.lock`);
    const problem = await install(place);
    if (problem === undefined && holdsStd(`${place}/vendor`)) {
      swap(`${place}/vendor`, "vendor");
      makeReadable("vendor");
      say("JSR answers: the stand-ins are replaced by the real @std packages");
    } else if (problem !== undefined) {
      say(`JSR answers, but the stand-ins stay: ${problem}`);
    }
  } finally {
    Deno.removeSync(place, { recursive: true });
  }
}

async function installAll(print: string): Promise<number> {
  say("installing the packages ...");
  // What a killed run left is neither the one nor the other: start afresh.
  if (exists("vendor") && (exists(standInMarker) || !holdsStd("vendor"))) {
    Deno.removeSync("vendor", { recursive: true });
  }
  const problem = await install(".");
  if (!exists("node_modules/kafkajs/package.json")) {
    say(`npm's packages cannot be installed: ${problem ?? "nothing came"}`);
    say("Next: check the way to the npm registry (proxy?), then try again");
    return 1;
  }
  if (!holdsStd("vendor")) {
    await placeStandIns();
    say("JSR is out of reach: small stand-ins take the place of @std");
  } else if (problem !== undefined) {
    say(`cannot install: ${problem}`);
    say("Next: restore deno.json and deno.lock from git, then try again");
    return 1;
  }
  makeReadable("vendor");
  makeReadable("node_modules");
  Deno.writeTextFileSync(marker, print);
  return 0;
}

async function deps(refresh: boolean): Promise<number> {
  const print = await fingerprint();
  if (isInPlace(print) && triedLately() && !refresh) return 0;
  // Two at once would swap folders under each other; the kernel frees the
  // lock whichever way its holder ends.
  Deno.mkdirSync("node_modules", { recursive: true });
  using lock = Deno.openSync("node_modules/.deps.lock", {
    write: true,
    create: true,
  });
  await lock.lock(true);
  const code = isInPlace(print) ? 0 : await installAll(print);
  if (code === 0 && exists(standInMarker) && (refresh || !triedLately())) {
    await replaceStandIns();
  }
  return code;
}

async function main(args: string[]): Promise<number> {
  const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number);
  if (major < 2 || (major === 2 && minor < 9)) {
    say(`Deno ${Deno.version.deno} is too old: expected 2.9 or newer`);
    say("Next: deno upgrade, or type npx --yes deno@2.9.6 in place of deno");
    return 1;
  }
  if (args.includes("--help")) {
    writeLine(Deno.stdout, help);
    return 0;
  }
  const unknown = args.find((arg) => arg !== "--refresh");
  if (unknown !== undefined) {
    say(`unknown argument ${unknown}: expected --refresh or --help`);
    return 2;
  }
  try {
    return await deps(args.includes("--refresh"));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    say("Next: make this folder writable, then try again");
    return 1;
  }
}

Deno.exit(await main(Deno.args));
