// Lets other users read what `deps` installs.

/**
 * Makes a folder readable for everyone whatever the umask: the user inside a
 * container is not the owner.
 */
export function makeReadable(path: string): void {
  if (Deno.build.os === "windows") return;
  const { isSymlink, isDirectory, mode } = Deno.lstatSync(path);
  if (isSymlink) return;
  const before = (mode ?? 0) & 0o7777;
  const isExecutable = isDirectory || (before & 0o100) !== 0;
  const after = before | (isExecutable ? 0o555 : 0o444);
  if (after !== before) Deno.chmodSync(path, after);
  if (!isDirectory) return;
  for (const { name } of Deno.readDirSync(path)) {
    makeReadable(`${path}/${name}`);
  }
}
