// Answers with their headers: entity tags, compression, errors.

import { securityHeaders } from "./security.ts";

/** A body that may be asked for again. */
export interface Content {
  /** Its media type. */
  readonly type: string;
  /** Its bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its entity tag, in quotes. */
  readonly tag: string;
  /** Compressed by gzip, where that makes it smaller; made once. */
  readonly zipped: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** Below that, headers are larger than what is saved. */
const minZipped = 512;

async function gzip(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const stream = new Blob([bytes]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const zipped = new Uint8Array(await new Response(stream).arrayBuffer());
  return zipped.length < bytes.length ? zipped : undefined;
}

/** Makes content of bytes or text. */
export async function contentOf(
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<Content> {
  const bytes = typeof body === "string"
    ? new TextEncoder().encode(body)
    : body;
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  let zipping: ReturnType<typeof gzip> | undefined;
  return {
    type,
    bytes,
    tag: `"${new Uint8Array(hash).toHex().slice(0, 32)}"`,
    zipped: () =>
      zipping ??= bytes.length < minZipped
        ? Promise.resolve(undefined)
        : gzip(bytes),
  };
}

/** Makes content of a value, as JSON. */
export function jsonContent(value: unknown): Promise<Content> {
  return contentOf("application/json", JSON.stringify(value) + "\n");
}

function takesGzip({ headers }: Request): boolean {
  const accepted = headers.get("accept-encoding") ?? "";
  return accepted.split(",").some((one) => {
    const [name = "", ...parameters] = one.split(";").map((it) => it.trim());
    return /^(gzip|x-gzip|\*)$/i.test(name) &&
      !parameters.some((it) => /^q=0(\.0*)?$/i.test(it));
  });
}

function hasTag({ headers }: Request, tag: string): boolean {
  const known = headers.get("if-none-match") ?? "";
  return known.split(",").map((it) => it.trim().replace(/^W\//, ""))
    .some((it) => it === "*" || it === tag);
}

/** Answers with content, or says that the caller has it already. */
export async function answer(
  request: Request,
  content: Content,
): Promise<Response> {
  const zipped = takesGzip(request) ? await content.zipped() : undefined;
  // Weak, since it is the same for both encodings.
  const headers: Record<string, string> = {
    ...securityHeaders,
    "cache-control": "no-cache",
    etag: `W/${content.tag}`,
    vary: "accept-encoding",
  };
  if (hasTag(request, content.tag)) {
    return new Response(null, { status: 304, headers });
  }
  const bytes = zipped ?? content.bytes;
  headers["content-type"] = content.type;
  headers["content-length"] = String(bytes.length);
  if (zipped !== undefined) headers["content-encoding"] = "gzip";
  return new Response(request.method === "HEAD" ? null : bytes, { headers });
}

/** Answers with an error. */
export function failure(
  status: number,
  error: string,
  next: string,
): Response {
  return new Response(JSON.stringify({ error, next }) + "\n", {
    status,
    headers: {
      ...securityHeaders,
      "content-type": "application/json",
      "cache-control": "no-store",
      ...status === 405 ? { allow: "GET, HEAD" } : {},
    },
  });
}
