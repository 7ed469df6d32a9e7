/**
 * Files, as `deps` uses them.
 *
 * @module
 */

/** A file's text; `undefined` if it does not exist. */
export function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether a path exists. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** SHA-256 in hexadecimal. */
export async function sha256(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}

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
