/**
 * What `deps` does to the disk.
 *
 * @module
 */

import { standIns, vendorFiles } from "./stand_ins.ts";

/** Marks a `vendor/` that holds stand-ins; its age says when JSR was tried. */
export const standInMarker = "vendor/.stand-ins";

/** Whether something is there. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether a vendor folder holds all three packages, real or stand-in. */
export function holdsStd(vendor: string): boolean {
  return standIns.every(({ name, version, entry: [, file] }) =>
    exists(`${vendor}/jsr.io/@std/${name}/${version}_meta.json`) &&
    exists(`${vendor}/jsr.io/@std/${name}/${version}/${file}`)
  );
}

/** Puts one folder in another's place; at no moment is it half there. */
export function swap(fresh: string, place: string): void {
  const old = `${place}.old-${crypto.randomUUID().slice(0, 8)}`;
  if (exists(place)) Deno.renameSync(place, old);
  Deno.renameSync(fresh, place);
  if (exists(old)) Deno.removeSync(old, { recursive: true });
}

/** Writes all stand-ins to a fresh folder and swaps it in as `vendor/`. */
export async function placeStandIns(): Promise<void> {
  const fresh = `vendor.new-${crypto.randomUUID().slice(0, 8)}`;
  for (const standIn of standIns) {
    const file = `offline/${standIn.name}/${standIn.entry[1]}`;
    const source = Deno.readTextFileSync(file);
    for (const [path, text] of await vendorFiles(standIn, source)) {
      const whole = `${fresh}/${path}`;
      Deno.mkdirSync(whole.slice(0, whole.lastIndexOf("/")), {
        recursive: true,
      });
      Deno.writeTextFileSync(whole, text);
    }
  }
  Deno.writeTextFileSync(`${fresh}/.stand-ins`, "JSR was out of reach\n");
  swap(fresh, "vendor");
}

/** Lets everybody read a folder, whatever the umask: a container's user may. */
export function makeReadable(folder: string): void {
  if (Deno.build.os === "windows" || !exists(folder)) return;
  Deno.chmodSync(folder, (Deno.statSync(folder).mode ?? 0) | 0o555);
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) makeReadable(path);
    else if (entry.isFile) {
      Deno.chmodSync(path, (Deno.statSync(path).mode ?? 0) | 0o444);
    }
  }
}
