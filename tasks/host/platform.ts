/**
 * What differs between operating systems, in one table.
 *
 * @module
 */

import { CommandError } from "../../lib/errors.ts";

/** An operating system, as Deno names it. */
export type Platform = typeof Deno.build.os;

/** Reads an environment variable. */
export type Env = (name: string) => string | undefined;

/** The facts of one platform. */
export interface PlatformFacts {
  /** File name of Java's launcher. */
  readonly java: string;
  /** File name of Maven's launcher. */
  readonly maven: string;
  /** Between the entries of a class path. */
  readonly listSeparator: ":" | ";";
  /** The user's folder for caches, `undefined` if no variable tells. */
  readonly cacheRoot: (env: Env) => string | undefined;
  /** The variable that moves the cache folder. */
  readonly cacheVariable: string;
  /** How to get Java. */
  readonly getJava: string;
  /** How to get Maven. */
  readonly getMaven: string;
}

function under(folder: string | undefined, rest: string): string | undefined {
  return folder === undefined || folder === "" ? undefined : folder + rest;
}

// The rule of XDG: a relative path there is to be ignored.
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
  // Not a program but a script: its ending has to be spelled out.
  maven: "mvn.cmd",
  listSeparator: ";",
  cacheRoot: (env) =>
    under(env("LOCALAPPDATA"), "") ??
      under(env("USERPROFILE"), "\\AppData\\Local"),
  cacheVariable: "LOCALAPPDATA",
  getJava: "install it: winget install EclipseAdoptium.Temurin.17.JDK",
  getMaven: "install it with one of: scoop install maven; choco install maven",
};

/** The facts of a platform; systems not in the table count as Linux. */
export function platformFacts(platform: Platform): PlatformFacts {
  if (platform === "windows") return windows;
  return platform === "darwin" ? darwin : linux;
}

/**
 * The folder in which Kafka's jars are kept between runs.
 *
 * @throws {CommandError} when no variable tells where the user's caches are.
 */
export function defaultCacheDir(platform: Platform, env: Env): string {
  const { cacheRoot, cacheVariable } = platformFacts(platform);
  const root = cacheRoot(env)?.replaceAll("\\", "/");
  if (root === undefined) {
    throw new CommandError(
      "cannot tell where this user's caches are: " +
        `expected ${cacheVariable} or the home folder in the environment`,
      `set ${cacheVariable} to a folder that can be written`,
    );
  }
  return `${root}/crypto-stream`;
}
