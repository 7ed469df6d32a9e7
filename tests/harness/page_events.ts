// A browser that listens to the page, as far as a server can tell.

/** Events of a page as they come. */
export function listen(url: string) {
  const stop = new AbortController();
  const events: { name: string; data: Record<string, unknown> }[] = [];
  const opened = Promise.withResolvers<number>();
  const done = (async () => {
    const response = await fetch(`${url}/api/events`, { signal: stop.signal });
    opened.resolve(response.status);
    if (response.status !== 200) return await response.body?.cancel();
    let text = "";
    const stream = (response.body ?? new ReadableStream<never>())
      .pipeThrough(new TextDecoderStream());
    for await (const part of stream) {
      const whole = (text + part).split("\n\n");
      text = whole.pop() ?? "";
      for (const one of whole) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(one) ?? [];
        if (name !== undefined && data !== undefined) {
          events.push({ name, data: JSON.parse(data) });
        }
      }
    }
  })();
  done.catch(() => {});
  return {
    events,
    status: opened.promise,
    ofKind: (name: string) => events.filter((it) => it.name === name),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done.catch(() => {});
    },
  };
}
