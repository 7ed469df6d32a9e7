// The Deno that this project needs, in syntax that old versions parse.

/** Why a Deno is too old, with the next step; `undefined` if it is not. */
export function oldDeno(version: string): string | undefined {
  const [major, minor] = version.split(".").map(Number);
  if (Number(major) > 2 || (major === 2 && Number(minor) >= 9)) {
    return undefined;
  }
  return "deps: Deno " + version + " is too old: expected 2.9 or newer\n" +
    "Next: deno upgrade (or use npx --yes deno@2.9.6 instead of deno)";
}
