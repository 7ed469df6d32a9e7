// What the runtime's file functions leave out.

/** Works on a file; `undefined` if it does not exist. */
export function ifExists<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A file's text; `undefined` if it does not exist. */
export function readText(path: string | URL): string | undefined {
  return ifExists(() => Deno.readTextFileSync(path));
}

/**
 * Writes a file so that a reader, or a crash, finds its old text or the new one
 * and never a part. Keeps its mode, and a symbolic link to it.
 */
export function replaceText(path: string | URL, text: string): void {
  const target = ifExists(() => Deno.realPathSync(path)) ?? path;
  const mode = ifExists(() => Deno.statSync(target))?.mode;
  const draft = target instanceof URL
    ? new URL(`${target.href}.draft`)
    : `${target}.draft`;
  Deno.writeTextFileSync(draft, text, mode ? { mode: mode & 0o777 } : {});
  Deno.renameSync(draft, target);
}

/** Whether a path exists. */
export function exists(path: string): boolean {
  return ifExists(() => Deno.statSync(path)) !== undefined;
}

/**
 * Removes a file or folder.
 *
 * @returns whether it existed.
 */
export async function removeIfExists(path: string | URL): Promise<boolean> {
  try {
    await Deno.remove(path, { recursive: true });
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
