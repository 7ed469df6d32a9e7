// An HTTP proxy that records what it is asked for. It sends everything to one
// upstream, so that external names need no DNS. It imports nothing, so that it
// also runs in a container.

export interface HttpProxy extends AsyncDisposable {
  /** For `HTTP_PROXY`. */
  readonly url: string;
  /** The targets of all requests: `GET http://a.example/`, `CONNECT b:443`. */
  readonly asked: string[];
}

export interface HttpProxyOptions {
  /** The port of 127.0.0.1 that answers for all hosts. */
  readonly upstream: number;
  readonly hostname?: string;
  readonly port?: number;
  readonly onAsked?: (target: string) => void;
}

/** Reads until the blank line after the headers. */
async function readHead(conn: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(16 * 1024);
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const read = await conn.read(buffer);
    if (read === null) break;
    head += new TextDecoder().decode(buffer.subarray(0, read));
  }
  return head;
}

/** The request as the upstream expects it, the last one of its connection. */
function forwarded(head: string, target: string): string {
  const { pathname, search } = new URL(target);
  return head.replace(target, pathname + search)
    .replace(/\r\n(?:proxy-)?connection:[^\r]*/gi, "")
    .replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
}

export function startHttpProxy(options: HttpProxyOptions): HttpProxy {
  const { upstream, hostname = "127.0.0.1", port = 0 } = options;
  const listener = Deno.listen({ hostname, port });
  const open = new Set<Deno.Conn>();
  const asked: string[] = [];

  async function serve(conn: Deno.Conn): Promise<void> {
    open.add(conn);
    const head = await readHead(conn);
    const [method = "", target = ""] = head.split(" ");
    asked.push(`${method} ${target}`);
    options.onAsked?.(`${method} ${target}`);
    const far = await Deno.connect({ hostname: "127.0.0.1", port: upstream });
    open.add(far);
    const encode = (text: string) => new TextEncoder().encode(text);
    if (method === "CONNECT") {
      await conn.write(encode("HTTP/1.1 200 OK\r\n\r\n"));
    } else await far.write(encode(forwarded(head, target)));
    const pipes = [
      conn.readable.pipeTo(far.writable),
      far.readable.pipeTo(conn.writable),
    ];
    await Promise.allSettled(pipes);
  }

  const serving = (async () => {
    const all: Promise<void>[] = [];
    for await (const conn of listener) all.push(serve(conn).catch(() => {}));
    await Promise.all(all);
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const conn of open) {
        try {
          conn.close();
        } catch {
          // Its pipe has closed it.
        }
      }
      await serving;
    },
  };
}
