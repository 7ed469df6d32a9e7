/**
 * What differs between platforms, in one table.
 *
 * @module
 */

/** The platforms that are told apart. */
export type Platform = "linux" | "darwin" | "windows";

/** An environment variable, or `undefined`. */
export type Env = (name: string) => string | undefined;

/** The platform of Deno's name for it; other Unixes behave as Linux here. */
export function platformOf(os: string): Platform {
  return os === "windows" || os === "darwin" ? os : "linux";
}

/** Maven's program. */
export const mavenProgram: Readonly<Record<Platform, string>> = {
  linux: "mvn",
  darwin: "mvn",
  windows: "mvn.cmd",
};

/** Java's program: `JAVA_HOME` wins over the search path. */
export function javaProgram(platform: Platform, env: Env): string {
  const home = env("JAVA_HOME") ?? "";
  const name = platform === "windows" ? "java.exe" : "java";
  const slash = platform === "windows" ? "\\" : "/";
  return home === "" ? name : [home, "bin", name].join(slash);
}

/** What separates the entries of a class path. */
export const pathSeparator: Readonly<Record<Platform, string>> = {
  linux: ":",
  darwin: ":",
  windows: ";",
};

/**
 * The user's cache folder for this project, or `undefined` when the platform's
 * variables do not tell.
 */
export function cacheFolder(platform: Platform, env: Env): string | undefined {
  const join = (base: string | undefined, ...rest: string[]) =>
    base === undefined || base === ""
      ? undefined
      : [base, ...rest, "crypto-stream"].join(
        platform === "windows" ? "\\" : "/",
      );
  switch (platform) {
    case "linux":
      return join(env("XDG_CACHE_HOME")) ?? join(env("HOME"), ".cache");
    case "darwin":
      return join(env("HOME"), "Library", "Caches");
    case "windows":
      return join(env("LOCALAPPDATA"));
  }
}

/** How to get Java 17 and Maven. */
export const installAdvice: Readonly<Record<Platform, string>> = {
  linux: "install them, e.g. sudo apt install openjdk-17-jre-headless maven",
  darwin: "install them, e.g. brew install openjdk@17 maven",
  windows: "install them, e.g. winget install EclipseAdoptium.Temurin.17.JRE " +
    "and scoop install maven",
};
