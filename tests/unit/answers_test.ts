import { assert, assertEquals } from "@std/assert";
import {
  answer,
  contentOf,
  failure,
  jsonContent,
} from "../../lakehouse/page/answers.ts";

function ask(headers: Record<string, string> = {}, method = "GET") {
  return new Request("http://127.0.0.1/x", { method, headers });
}

const long = "0123456789".repeat(100);

Deno.test("`answer()` compresses where that is accepted and helps", async () => {
  const content = await contentOf("text/css", long);
  const rows: [string, string | null][] = [
    ["gzip", "gzip"],
    ["br;q=1, GZIP;q=0.5", "gzip"],
    ["*", "gzip"],
    ["gzip;q=0", null],
    ["br", null],
    ["", null],
  ];
  for (const [accepted, encoding] of rows) {
    const response = await answer(
      ask({ "accept-encoding": accepted }),
      content,
    );
    assertEquals(response.headers.get("content-encoding"), encoding, accepted);
    assertEquals(response.headers.get("vary"), "accept-encoding");
    const stream = response.body ?? new ReadableStream<never>();
    const body = encoding === null
      ? stream
      : stream.pipeThrough(new DecompressionStream("gzip"));
    assertEquals(await new Response(body).text(), long);
  }
  const tiny = await answer(
    ask({ "accept-encoding": "gzip" }),
    await jsonContent({ a: 1 }),
  );
  assertEquals(tiny.headers.get("content-encoding"), null);
  assertEquals(await tiny.text(), '{"a":1}\n');
});

Deno.test("`answer()` sends nothing to who has it, and headers alone for HEAD", async () => {
  const content = await contentOf("text/css", long);
  const first = await answer(ask(), content);
  const tag = first.headers.get("etag") ?? "";
  assertEquals(await first.text(), long);
  for (const known of [tag, tag.replace("W/", ""), `"x", ${tag}`, "*"]) {
    const again = await answer(ask({ "if-none-match": known }), content);
    assertEquals([again.status, await again.text()], [304, ""], known);
    assertEquals(again.headers.get("etag"), tag);
    assert(again.headers.get("content-security-policy"));
  }
  const changed = await contentOf("text/css", `${long}.`);
  const other = await answer(ask({ "if-none-match": tag }), changed);
  assertEquals([other.status, await other.text()], [200, `${long}.`]);
  const head = await answer(ask({}, "HEAD"), content);
  assertEquals(head.headers.get("content-length"), String(long.length));
  assertEquals(await head.text(), "");
});

Deno.test("`failure()` gives the error and the next step", async () => {
  const response = failure(405, "a", "b");
  assertEquals(response.headers.get("allow"), "GET, HEAD");
  assertEquals(response.headers.get("cache-control"), "no-store");
  assert(response.headers.get("content-security-policy"));
  assertEquals(await response.json(), { error: "a", next: "b" });
});
