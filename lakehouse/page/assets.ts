// The page's own files, and the chart library's.

import { ifExists } from "../../lib/files.ts";
import { type Content, contentOf } from "./answers.ts";

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  ico: "image/x-icon",
  woff2: "font/woff2",
};

/** Looks up a file; `undefined` for one that is not there. */
export type FindAsset = (name: string) => Promise<Content | undefined>;

/** The folder of the page's own files. */
export const assetsDir: URL = new URL("./assets/", import.meta.url);

function typeOf(name: string): string | undefined {
  const extension = name.slice(name.lastIndexOf(".") + 1);
  return Object.hasOwn(types, extension) ? types[extension] : undefined;
}

/**
 * Serves the files of a folder, each read again when it has changed.
 *
 * @param more Loads further files by name.
 */
export function openAssets(
  folder: URL,
  more: () => Promise<Readonly<Record<string, string>>>,
): FindAsset {
  const cached = new Map<string, { stamp: string; content: Content }>();
  return async (name) => {
    const type = typeOf(name);
    if (type === undefined) return undefined;
    const path = new URL(name, folder);
    const info = ifExists(() => Deno.statSync(path));
    if (info !== undefined && !info.isFile) return undefined;
    const stamp = info === undefined
      ? ""
      : `${info.mtime?.getTime()} ${info.size}`;
    const known = cached.get(name);
    if (known?.stamp === stamp) return known.content;
    let body: string | Uint8Array<ArrayBuffer> | undefined;
    if (info !== undefined) body = await Deno.readFile(path);
    else if (/^chart\./.test(name)) {
      const files = await more();
      body = Object.hasOwn(files, name) ? files[name] : undefined;
    }
    if (body === undefined) return undefined;
    const content = await contentOf(type, body);
    cached.set(name, { stamp, content });
    return content;
  };
}
