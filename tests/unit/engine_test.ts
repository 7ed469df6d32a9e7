import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import {
  memoryWarning,
  parseCompose,
  parseEngine,
} from "../../tasks/stack/compose/preflight/engine.ts";
import { servicesOf } from "../../tasks/stack/services.ts";

const answered = JSON.stringify({
  OperatingSystem: "Debian GNU/Linux 12 (bookworm)",
  OSType: "linux",
  MemTotal: 25276063744,
  ServerVersion: "20.10.24+dfsg1",
  ServerErrors: null,
});
const silent = '{"ID":"","MemTotal":0,"OperatingSystem":"","OSType":""}';
function info(stdout: string, stderr = "", code = 0) {
  return ({ code, stdout, stderr });
}

Deno.test("`parseEngine()` reads the engine's version and memory", () => {
  const engine = parseEngine(info(answered));
  assertEquals(engine, {
    version: "20.10.24",
    memoryBytes: 25276063744,
    isDesktop: false,
  });
  const plain = servicesOf({ isKraft: false, profiles: [] });
  assertEquals(memoryWarning(engine, plain), undefined);
  const small = { ...engine, memoryBytes: 2 * 2 ** 30 };
  assertStringIncludes(
    memoryWarning(small, plain) ?? "",
    "Docker has 2.0 GiB of memory: 3 GiB is recommended",
  );
  const observed = servicesOf({ isKraft: false, profiles: ["observe"] });
  const usual = { ...engine, memoryBytes: 3 * 2 ** 30 };
  assertEquals(memoryWarning(usual, plain), undefined);
  assertStringIncludes(memoryWarning(usual, observed) ?? "", "4 GiB is");
  assertEquals(memoryWarning({ ...engine, memoryBytes: 0 }, plain), undefined);
  const desktop = answered.replace(/Debian[^"]*/, "Docker Desktop");
  assert(parseEngine(info(desktop)).isDesktop);
});

const failures: [string, string, string][] = [
  [
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. " +
    "Is the docker daemon running?",
    "not running (unix:///var/run/docker.sock)",
    "sudo systemctl start docker",
  ],
  [
    "permission denied while trying to connect to the Docker daemon socket " +
    'at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2F' +
    'docker.sock/v1.50/info": dial unix /var/run/docker.sock: connect: ' +
    "permission denied",
    "this user has no permission to use it",
    "usermod -aG docker",
  ],
  [
    'error during connect: Get "http://nohost.invalid:2375/v1.50/info": dial ' +
    "tcp: lookup nohost.invalid on 192.0.2.53:53: no such host",
    "http://nohost.invalid:2375 cannot be reached",
    "DOCKER_HOST",
  ],
  [
    "Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker " +
    "daemon running?",
    "tcp://127.0.0.1:1 cannot be reached",
    "DOCKER_HOST",
  ],
  [
    'error during connect: Get "http://docker.example.com/v1.50/info": ' +
    "command [ssh -o ConnectTimeout=30 -T -l guest -p 1 -- 127.0.0.1 docker " +
    "system dial-stdio] has exited with exit status 255",
    "another machine (over ssh) cannot be reached",
    "DOCKER_HOST",
  ],
  [
    "Failed to initialize: unable to resolve docker endpoint: context " +
    '"nonsense": context not found: open meta.json: no such file or directory',
    "Docker context nonsense not found",
    "docker context use default",
  ],
  [
    "something else\nfailed",
    "does not respond: failed",
    "docker info",
  ],
];
for (const [output, message, next] of failures) {
  Deno.test(`\`parseEngine()\` reports what is wrong: ${message}`, () => {
    // Versions differ in where they print it, and in the exit code.
    const inJson = JSON.stringify({ ServerErrors: [output] });
    for (
      const seen of [info(silent, output, 1), info(inJson), info("", output)]
    ) {
      const failure = assertThrows(() => parseEngine(seen), CommandError);
      assertStringIncludes(failure.message, message);
      assertStringIncludes(failure.next, next);
    }
  });
}

Deno.test("`parseEngine()` refuses an engine for Windows containers", () => {
  const windows = answered.replace('"linux"', '"windows"');
  const failure = assertThrows(() => parseEngine(info(windows)), CommandError);
  assertStringIncludes(failure.next, "Switch to Linux containers");
});

Deno.test("`parseCompose()` requires the plugin, 2.20 or newer", () => {
  assertEquals(parseCompose(info("2.26.1-4\n")), "2.26.1");
  assertEquals(parseCompose(info("v2.20.0\n")), "2.20.0");
  assertEquals(parseCompose(info("5.0.1\n")), "5.0.1");
  const messageFor = (result: ReturnType<typeof info>) =>
    assertThrows(() => parseCompose(result), CommandError).message;
  assertEquals(
    messageFor(info("2.19.1\n")),
    "Docker Compose is 2.19.1: 2.20 or newer is required",
  );
  assertStringIncludes(messageFor(info("1.29.2\n")), "is 1.29.2");
  const unknown = "docker: unknown command: docker compose\n";
  assertStringIncludes(
    messageFor(info("", unknown, 1)),
    "docker compose not found",
  );
});
