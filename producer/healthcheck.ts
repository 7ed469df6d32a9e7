// A container's health check: GET `/live` of the producer, or of the port that
// is named. Exit code 0 if it responds with success; else 1, and why. It needs
// no package and no configuration.
//
// Without `fetch()`, which would heed a proxy or a CA file of the environment.

const address = { hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 9464) };
const timeoutMs = 5_000;

/** The first line of the response: `HTTP/1.1 200 OK`. */
async function statusLine(path: string): Promise<string> {
  const connection = await Deno.connect(address);
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n` +
    "Connection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  const text = connection.readable.pipeThrough(new TextDecoderStream());
  let line = "";
  for await (const part of text) {
    line += part;
    if (line.includes("\n")) break;
  }
  return line.split("\r\n", 1).join();
}

function end(failure?: string): never {
  if (failure === undefined) Deno.exit(0);
  Deno.stderr.writeSync(new TextEncoder().encode(`GET /live: ${failure}\n`));
  Deno.exit(1);
}

setTimeout(() => end(`no response within ${timeoutMs / 1000} s`), timeoutMs);
try {
  const line = await statusLine("/live");
  end(/^HTTP\/1\.\d 2\d\d/.test(line) ? undefined : line || "no response");
} catch (error) {
  end(error instanceof Error ? error.message : String(error));
}
