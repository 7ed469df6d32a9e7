/**
 * The stand-ins of `offline/` in the layout of a vendored JSR package: pure.
 *
 * @module
 */

/** What the stand-ins export, and from which file. */
export const standInExports: Readonly<
  Record<string, Readonly<Record<string, string>>>
> = {
  assert: { ".": "./mod.ts" },
  cli: { "./parse-args": "./parse_args.ts" },
  log: { ".": "./mod.ts" },
};

/** Hexadecimal SHA-256. */
export async function sha256(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}

/**
 * The files of one stand-in, by their paths below the registry's folder.
 *
 * @param sources The texts of its files in `offline/`, by file name.
 */
export async function vendoredFiles(
  name: string,
  version: string,
  sources: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const manifest: Record<string, { size: number; checksum: string }> = {};
  for (const [file, text] of sources) {
    const size = new TextEncoder().encode(text).byteLength;
    manifest[`/${file}`] = { size, checksum: `sha256-${await sha256(text)}` };
    files.set(`@std/${name}/${version}/${file}`, text);
  }
  const meta = {
    scope: "std",
    name,
    latest: version,
    versions: { [version]: {} },
  };
  const exports = standInExports[name] ?? {};
  files.set(`@std/${name}/meta.json`, JSON.stringify(meta));
  files.set(
    `@std/${name}/${version}_meta.json`,
    JSON.stringify({ manifest, exports }),
  );
  return files;
}
