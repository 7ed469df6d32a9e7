// Variables that a shell may have for other programs, and that would change what
// the programs do that this project starts. docs/configuration.md lists them.

/** No program that is started here gets these. */
export const withheld: readonly string[] = [
  // Every Java of the machine takes them: agents, debug ports, heap sizes.
  "JAVA_TOOL_OPTIONS",
  "JDK_JAVA_OPTIONS",
  "_JAVA_OPTIONS",
  "CLASSPATH",
  // More goals and options of Maven; a folder with a configuration.
  "MAVEN_ARGS",
  "MAVEN_CONFIG",
  "MAVEN_DEBUG_OPTS",
  "MAVEN_BASEDIR",
  // Another address for each server of a Deno program, whatever it asks for.
  "DENO_SERVE_ADDRESS",
  // Modules that Deno loads first, as a debugger of Node.js sets it.
  "NODE_OPTIONS",
  // A backtrace after each error of Deno, where its reason is looked for.
  "RUST_BACKTRACE",
  "RUST_LIB_BACKTRACE",
];

/**
 * The environment of a program: this process's, without what is withheld, and
 * with the changes, where `undefined` removes a variable.
 */
export function withChanges(
  own: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const none = withheld.map((name) => [name, undefined] as const);
  const merged = { ...own, ...Object.fromEntries(none), ...changes };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] =>
      entry[1] !== undefined
    ),
  );
}
