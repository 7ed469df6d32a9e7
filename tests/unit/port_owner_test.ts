import { assertEquals } from "@std/assert";
import {
  findPortOwner,
  parseCmdline,
  parseLsof,
  parseNetstat,
  parseProcFds,
  parseProcNetTcp,
} from "../../tasks/host/port_owner.ts";
import type { Run } from "../../tasks/host/run_process.ts";
import { isMissing } from "../fakes/programs.ts";

const netTcp =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when " +
  "retrnsmt   uid  timeout inode\n" +
  "   0: 0100007F:2385 00000000:0000 0A 00000000:00000000 00:00000000 " +
  "00000000     0        0 41001 1 0000000000000000 100 0 0 10 0\n" +
  "   1: 0100007F:2385 0100007F:C350 01 00000000:00000000 00:00000000 " +
  "00000000     0        0 41002 1 0000000000000000 20 4 30 10 -1\n" +
  "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 " +
  "00000000     0        0 41003 1 0000000000000000 100 0 0 10 0\n";

const netTcp6 = "   0: 00000000000000000000000000000000:2385 " +
  "00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 " +
  "00000000     0        0 41004 1 0000000000000000 100 0 0 10 0\n";

const fds = "/proc/1/fd:\ntotal 0\n" +
  "lrwx------ 1 root root 64 Nov 24 06:00 3 -> socket:[41003]\n\n" +
  "/proc/812/fd:\ntotal 0\n" +
  "lr-x------ 1 root root 64 Nov 24 06:00 0 -> /dev/null\n" +
  "lrwx------ 1 root root 64 Nov 24 06:00 77 -> socket:[41001]\n";

Deno.test("`parseProcNetTcp()` finds listeners only", () => {
  assertEquals(parseProcNetTcp(netTcp + netTcp6, 9093), ["41001", "41004"]);
  assertEquals(parseProcNetTcp(netTcp, 22), ["41003"]);
  assertEquals(parseProcNetTcp(netTcp, 9094), []);
});

Deno.test("`parseProcFds()` finds the process of a socket", () => {
  assertEquals(parseProcFds(fds, ["41001"]), 812);
  assertEquals(parseProcFds(fds, ["99999"]), undefined);
});

Deno.test("`parseCmdline()` names the program and shortens a long line", () => {
  assertEquals(
    parseCmdline("/usr/bin/python3\0-m\0http.server\0" + "9093\0"),
    "python3 -m http.server 9093",
  );
  const long = parseCmdline("/opt/jdk/bin/java\0-cp\0" + "x".repeat(9_000));
  assertEquals(long.length, 60);
  assertEquals(long.startsWith("java -cp xxx"), true);
});

Deno.test("`parseLsof()` reads macOS's table", () => {
  const text =
    "COMMAND   PID USER   FD   TYPE             DEVICE SIZE/OFF NODE NAME\n" +
    "java    48213 anna  168u  IPv6 0x2b1e6f0a      0t0  TCP " +
    "127.0.0.1:9093 (LISTEN)\n";
  assertEquals(parseLsof(text), "pid 48213 (java)");
  assertEquals(parseLsof(""), undefined);
});

Deno.test("`parseNetstat()` reads Windows' table, in any language", () => {
  const text = "\r\nActive Connections\r\n\r\n" +
    "  Proto  Local Address          Foreign Address        State      PID\r\n" +
    "  TCP    127.0.0.1:9093         0.0.0.0:0              ABHÖREN    6120\r\n" +
    "  TCP    127.0.0.1:50001        127.0.0.1:9093         ESTABLISHED 77\r\n" +
    "  TCP    [::]:135               [::]:0                 LISTENING  1040\r\n";
  assertEquals(parseNetstat(text, 9093), "pid 6120");
  assertEquals(parseNetstat(text, 135), "pid 1040");
  assertEquals(parseNetstat(text, 50001), undefined);
});

Deno.test("`findPortOwner()` finds the program of the socket", async () => {
  const answers: Readonly<Record<string, string>> = {
    "cat /proc/net/tcp /proc/net/tcp6": netTcp,
    "sh -c ls -l /proc/[0-9]*/fd 2>/dev/null": fds,
    "cat /proc/812/cmdline": "/usr/bin/java\0kafka.Kafka\0",
  };
  const run: Run = (program, args) => {
    const stdout = answers[[program, ...args].join(" ")] ?? "";
    return Promise.resolve({ code: 0, stdout, stderr: "" });
  };
  const owner = await findPortOwner(9093, "linux", run);
  assertEquals(owner, "pid 812 (java kafka.Kafka)");
});

Deno.test("`findPortOwner()` gives up where the tool is missing", async () => {
  assertEquals(await findPortOwner(9093, "darwin", isMissing), undefined);
});
