/**
 * Which Deno this project needs. Plain syntax: old Denos read it too.
 *
 * @module
 */

/** What to say to a Deno that is too old; nothing to one that is not. */
export function oldDeno(version: string): string | undefined {
  const [major, minor] = version.split(".").map(Number);
  if (Number(major) > 2 || (major === 2 && Number(minor) >= 9)) {
    return undefined;
  }
  return "deps: Deno " + version + " is too old: expected 2.9 or newer\n" +
    "Next: deno upgrade (or npx --yes deno@2.9.6 in the place of deno)";
}
