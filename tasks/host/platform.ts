// The differences between operating systems.

import { CommandError } from "../../lib/errors.ts";

export type Platform = typeof Deno.build.os;

export type Env = (name: string) => string | undefined;

export interface PlatformFacts {
  readonly java: string;
  readonly maven: string;
  readonly listSeparator: ":" | ";";
  /** The user's cache folder; `undefined` if no variable names it. */
  readonly cacheRoot: (env: Env) => string | undefined;
  readonly cacheVariable: string;
  readonly getJava: string;
  readonly getMaven: string;
}

function under(folder: string | undefined, rest: string): string | undefined {
  return folder === undefined || folder === "" ? undefined : folder + rest;
}

// XDG: a relative path is invalid and must be ignored.
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith("/") ? path : undefined;
}

const linux: PlatformFacts = {
  java: "java",
  maven: "mvn",
  listSeparator: ":",
  cacheRoot: (env) =>
    absolute(env("XDG_CACHE_HOME")) ?? under(env("HOME"), "/.cache"),
  cacheVariable: "XDG_CACHE_HOME",
  getJava: "install it with one of: " +
    "sudo apt install openjdk-17-jre-headless; " +
    "sudo dnf install java-17-openjdk-headless; " +
    "sdk install java (sdkman.io)",
  getMaven: "install it with one of: sudo apt install maven; " +
    "sudo dnf install maven; sdk install maven (sdkman.io)",
};

const darwin: PlatformFacts = {
  ...linux,
  cacheRoot: (env) =>
    absolute(env("XDG_CACHE_HOME")) ?? under(env("HOME"), "/Library/Caches"),
  getJava: "install it with one of: brew install --cask temurin; " +
    "sdk install java (sdkman.io)",
  getMaven: "install it with one of: brew install maven; " +
    "sdk install maven (sdkman.io)",
};

const windows: PlatformFacts = {
  java: "java.exe",
  // A script, which has to be named with its extension.
  maven: "mvn.cmd",
  listSeparator: ";",
  cacheRoot: (env) =>
    under(env("LOCALAPPDATA"), "") ??
      under(env("USERPROFILE"), "\\AppData\\Local"),
  cacheVariable: "LOCALAPPDATA",
  getJava: "install it: winget install EclipseAdoptium.Temurin.17.JDK",
  getMaven: "install it with one of: scoop install maven; choco install maven",
};

/** The facts of a platform; an unlisted one counts as Linux. */
export function platformFacts(platform: Platform): PlatformFacts {
  if (platform === "windows") return windows;
  return platform === "darwin" ? darwin : linux;
}

export function defaultCacheDir(platform: Platform, env: Env): string {
  const { cacheRoot, cacheVariable } = platformFacts(platform);
  const root = cacheRoot(env)?.replaceAll("\\", "/");
  if (root === undefined) {
    throw new CommandError(
      "the user's cache folder is unknown: " +
        `expected ${cacheVariable} or the home folder in the environment`,
      `set ${cacheVariable} to a writable folder`,
    );
  }
  return `${root}/crypto-stream`;
}
