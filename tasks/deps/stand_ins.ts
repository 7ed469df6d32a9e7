/**
 * The stand-ins of `offline/` in the layout of a vendored JSR package.
 *
 * @module
 */

/** One package that may have to be stood in for. */
export interface StandIn {
  /** Its name under `@std/`. */
  readonly name: string;
  /** The version that `deno.lock` asks for. */
  readonly version: string;
  /** Its export, and the file of `offline/` behind it. */
  readonly entry: readonly [name: string, file: string];
}

/** All stand-ins; the versions are the lock's. */
export const standIns: readonly StandIn[] = [
  { name: "assert", version: "1.0.19", entry: [".", "mod.ts"] },
  { name: "cli", version: "1.0.32", entry: ["./parse-args", "parse_args.ts"] },
  { name: "log", version: "0.224.14", entry: [".", "mod.ts"] },
];

/** Files to write below `vendor/`, by path. */
export type VendorFiles = ReadonlyMap<string, string>;

async function sha256(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex();
}

/**
 * The files of one stand-in as Deno looks for them in `vendor/`.
 *
 * @param source The text of its file in `offline/`.
 */
export async function vendorFiles(
  { name, version, entry: [exported, file] }: StandIn,
  source: string,
): Promise<VendorFiles> {
  const base = `jsr.io/@std/${name}`;
  const size = new TextEncoder().encode(source).byteLength;
  const checksum = `sha256-${await sha256(source)}`;
  return new Map([
    [
      `${base}/meta.json`,
      JSON.stringify({
        scope: "std",
        name,
        latest: version,
        versions: { [version]: {} },
      }),
    ],
    [
      `${base}/${version}_meta.json`,
      JSON.stringify({
        manifest: { [`/${file}`]: { size, checksum } },
        exports: { [exported]: `./${file}` },
      }),
    ],
    [`${base}/${version}/${file}`, source],
  ]);
}
