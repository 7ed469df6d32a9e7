// The project's folder, which relative paths start from.

/** The project's folder, with a slash at its end. */
export const projectDir: URL = new URL("../", import.meta.url);

/** The path of a file URL: on Windows `/C:/folder` becomes `C:/folder`. */
export function pathOf({ pathname }: URL): string {
  return decodeURIComponent(pathname).replace(/^\/([A-Za-z]:)/, "$1");
}

/** An absolute path, for one that may be relative to the project's folder. */
export function inProjectDir(path: string): string {
  return /^[A-Za-z]:/.test(path)
    ? path
    : pathOf(new URL(path.replaceAll("\\", "/"), projectDir));
}
