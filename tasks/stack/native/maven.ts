// Downloads jars with Maven.

import { stripVTControlCharacters } from "node:util";
import { CommandError } from "../../../lib/errors.ts";
import { exists } from "../../../lib/files.ts";
import { plural } from "../../../lib/plural.ts";
import type { Progress } from "../../cli/print.ts";
import { platformFacts } from "../../host/platform.ts";
import type { BrokerPorts } from "./broker.ts";
import { mavenVariables } from "./maven_variables.ts";

export interface MavenPorts extends BrokerPorts {
  readonly progress: Progress;
}

const units: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

export function parseDownload(line: string): number | undefined {
  const match = /Downloaded from \S+ \S+ \(([\d.]+) ([kMG]?B)/.exec(line);
  const unit = units[match?.[2] ?? ""];
  return unit === undefined ? undefined : Number(match?.[1]) * unit;
}

export function decisiveLine(output: string): string {
  const errors = stripVTControlCharacters(output).split(/\r?\n/)
    .filter((line) => line.startsWith("[ERROR]"))
    .map((line) => line.slice(7).replace(/\s*->\s*\[Help \d+\].*$/, "").trim())
    .filter((line) => line !== "");
  const [first = "no error was printed"] = errors;
  // One line holds the chain of causes; the innermost is enough.
  return /Could not transfer artifact .*$/.exec(first)?.[0] ?? first;
}

const goal =
  "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/** Turns Maven's output into about one line of progress a second. */
export function downloadProgress(
  progress: Progress,
  monotonic: () => number,
): (line: string) => void {
  let files = 0;
  let bytes = 0;
  let reportedMs = monotonic();
  return (line) => {
    const size = parseDownload(line);
    if (size === undefined) return;
    files += 1;
    bytes += size;
    if (monotonic() - reportedMs < 1_000) return;
    reportedMs = monotonic();
    progress(
      `Downloading: ${plural(files, "file")}, ${(bytes / 1e6).toFixed(1)} MB`,
    );
  };
}

export async function copyJars(
  dir: string,
  { run, env, platform, progress, signal }: MavenPorts,
): Promise<void> {
  const facts = platformFacts(platform);
  const onLine = downloadProgress(progress, () => performance.now());
  const shell = mavenVariables(env);
  const home = env("JAVA_HOME");
  const args = [
    ...shell.args,
    "--batch-mode",
    "--strict-checksums",
    goal,
    "-DincludeScope=runtime",
    `-DoutputDirectory=${dir}`,
  ];
  // Aborting earlier would not end a program that starts now.
  signal?.throwIfAborted();
  try {
    const { code, stdout, stderr } = await run(facts.maven, args, {
      cwd: dir,
      env: {
        PATH: env("PATH") ?? "",
        MAVEN_OPTS: shell.options,
        // Otherwise it takes a .mvn folder from somewhere above.
        MAVEN_BASEDIR: dir,
        // Maven refuses one without a Java; findJava() passes over it.
        ...home && !exists(`${home}/bin/${facts.java}`)
          ? { JAVA_HOME: undefined }
          : {},
      },
      onLine,
      signal,
    });
    signal?.throwIfAborted();
    if (code === 0) return;
    throw new CommandError(
      `Maven cannot download Kafka's jars: ${decisiveLine(stdout + stderr)}`,
      "check the network and the proxy in " +
        ["Maven's settings.xml", ...shell.from].join(", ") +
        ", then try again",
    );
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new CommandError(
      "Maven not found: it downloads Kafka's jars once; expected " +
        `${facts.maven} in PATH`,
      facts.getMaven,
      { cause: error },
    );
  }
}
