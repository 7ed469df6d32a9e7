// What Maven takes from the shell: the way out of this network, the certificates
// to trust, and which settings and repository to use. Whatever else changes Maven
// or its Java is left out.

import type { Env } from "../../host/platform.ts";

/** Variables with options for a Java. */
const javaVariables = [
  "MAVEN_OPTS",
  "JAVA_TOOL_OPTIONS",
  "JDK_JAVA_OPTIONS",
  "_JAVA_OPTIONS",
];

const property =
  /^-D(?:https?\.|socks|java\.net\.|javax\.net\.|jdk\.(?:tls|http)\.|com\.sun\.net\.|maven\.(?:wagon\.|resolver\.|repo\.local=)|aether\.)/;

const fileFlags = ["-s", "--settings", "-gs", "--global-settings"];

/** The words of an option string; a quoted one may hold blanks. */
function words(text: string): string[] {
  const found = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return found.map((word) => word.replaceAll(/["']/g, ""));
}

export interface MavenVariables {
  /** For `MAVEN_OPTS`; `undefined` for none. */
  readonly options: string | undefined;
  /** Arguments, ahead of our own. */
  readonly args: readonly string[];
  /** The variables that count, for messages. */
  readonly from: readonly string[];
}

export function mavenVariables(env: Env): MavenVariables {
  const from: string[] = [];
  const options = javaVariables.flatMap((name) => {
    // Maven's script splits the variable at blanks, whatever the quotes.
    const kept = words(env(name) ?? "").filter((word) =>
      property.test(word) && !/\s/.test(word)
    );
    if (kept.length > 0) from.push(name);
    return kept;
  });
  const given = words(env("MAVEN_ARGS") ?? "");
  const args = given.flatMap((word, index) => {
    const [flag = ""] = word.split("=");
    if (property.test(word)) return [word];
    if (!fileFlags.includes(flag)) return [];
    const next = given[index + 1];
    return flag !== word ? [word] : next === undefined ? [] : [word, next];
  });
  if (args.length > 0) from.push("MAVEN_ARGS");
  return { options: options.join(" ") || undefined, args, from };
}
