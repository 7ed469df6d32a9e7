// A program in a container that answers a line for each line: to start one for
// each question takes longer than the moments that are looked for.

/** Questions to a program that stays. */
export interface ContainerShell extends AsyncDisposable {
  /**
   * @param question One line, which makes the program print one line.
   * @throws when the program has ended.
   */
  ask(question: string): Promise<string>;
}

/** Starts `docker exec -i ARGS`. */
export function openContainerShell(args: readonly string[]): ContainerShell {
  const child = new Deno.Command("docker", {
    args: ["exec", "-i", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const encoder = new TextEncoder();
  let rest = "";
  return {
    async ask(question) {
      await writer.write(encoder.encode(`${question}\n`));
      while (!rest.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`docker exec ${args.join(" ")} has ended`);
        rest += value;
      }
      const end = rest.indexOf("\n");
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      return line;
    },
    async [Symbol.asyncDispose]() {
      // It may have ended by itself.
      await writer.close().catch(() => {});
      await reader.cancel();
      await child.status;
    },
  };
}
