import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { producerArgs } from "../../tasks/producer/producer_args.ts";
import { testDir } from "../harness/broker.ts";
import { deno, task } from "../harness/clone.ts";
import { encryptKey, makeAuthority } from "../harness/certificates.ts";
import { startProducer } from "../harness/producer.ts";

Deno.test("an unusable key or certificate is exit 2 and one line", async (t) => {
  await using folder = await testDir();
  const dir = folder.path;
  const authority = await makeAuthority(dir);
  const client = await authority.issue({ name: "client" });
  const other = await authority.issue({ name: "other" });
  await encryptKey(client.key, `${dir}/encrypted.key`, "sesame");
  const damaged = (await Deno.readTextFile(client.cert))
    .replace(/^(M.{20})/m, "AAAA");
  await Promise.all([
    Deno.writeTextFile(`${dir}/damaged.pem`, damaged),
    Deno.writeTextFile(`${dir}/words.pem`, "no certificate\n"),
    Deno.writeTextFile(`${dir}/empty`, "\n"),
  ]);
  const ca = { KAFKA_SSL_CA_FILE: authority.cert };
  const pair = {
    KAFKA_SSL_CERT_FILE: client.cert,
    KAFKA_SSL_KEY_FILE: client.key,
  };
  const user = { KAFKA_SASL_MECHANISM: "plain", KAFKA_SASL_USERNAME: "alice" };
  const cases: [string, Record<string, string>, string][] = [
    [
      "a missing file",
      { KAFKA_SSL_CA_FILE: "./secrets/nowhere.pem" },
      'KAFKA_SSL_CA_FILE "',
    ],
    [
      "an authority that is not PEM",
      { KAFKA_SSL_CA_FILE: `${dir}/words.pem` },
      "expected PEM with BEGIN CERTIFICATE lines",
    ],
    [
      "a damaged authority",
      { KAFKA_SSL_CA_FILE: `${dir}/damaged.pem` },
      "certificate 1 cannot be read",
    ],
    [
      "a key that is a certificate",
      { ...ca, ...pair, KAFKA_SSL_KEY_FILE: client.cert },
      "BEGIN PRIVATE KEY",
    ],
    [
      "another certificate's key",
      { ...ca, ...pair, KAFKA_SSL_KEY_FILE: other.key },
      "does not belong to the key",
    ],
    [
      "an encrypted key without its password",
      { ...ca, ...pair, KAFKA_SSL_KEY_FILE: `${dir}/encrypted.key` },
      "expected KAFKA_SSL_KEY_PASSWORD or KAFKA_SSL_KEY_PASSWORD_FILE",
    ],
    [
      "an encrypted key with another password",
      {
        ...ca,
        ...pair,
        KAFKA_SSL_KEY_FILE: `${dir}/encrypted.key`,
        KAFKA_SSL_KEY_PASSWORD: "open-it",
      },
      "cannot be decrypted",
    ],
    [
      "a password file without a password",
      { ...user, KAFKA_SASL_PASSWORD_FILE: `${dir}/empty` },
      `KAFKA_SASL_PASSWORD_FILE "${dir}/empty": the file is empty`,
    ],
    [
      "a file outside the permission set",
      { KAFKA_SSL_CA_FILE: "/etc/ssl/certs/ca.pem" },
      'add "/etc/ssl/certs/ca.pem" to permissions.producer.read in deno.json',
    ],
    [
      "a password file outside the permission set",
      { ...user, KAFKA_SASL_PASSWORD_FILE: "/etc/password" },
      'add "/etc/password" to permissions.producer.read in deno.json',
    ],
    [
      "an API key's file outside the permission set",
      { COINGECKO_API_KEY_FILE: "/etc/key" },
      'add "/etc/key" to permissions.producer.read in deno.json',
    ],
  ];
  for (const [what, env, part] of cases) {
    await t.step(what, async () => {
      await using producer = startProducer({ env, args: ["--check"] });
      assertEquals((await producer.child.status).code, 2);
      await producer.stop();
      const stderr = producer.stderr();
      assertStringIncludes(stderr, part);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      assert(!stderr.includes("open-it"), stderr);
    });
  }
});

Deno.test("`verify` names an unusable file, exit 2", async () => {
  const env = { KAFKA_SSL_CA_FILE: "./secrets/nowhere.pem" };
  const { code, stderr } = await task("verify", [], env);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'secrets/nowhere.pem": file not found');
});

Deno.test("`--check` shows how Kafka is accessed, with secrets masked", async () => {
  await using folder = await testDir();
  const authority = await makeAuthority(folder.path);
  const { code, stdout, stderr } = await deno([...producerArgs, "--check"], {
    KAFKA_BOOTSTRAP_SERVERS: "localhost:1,localhost:2,[::1]:3",
    KAFKA_SASL_MECHANISM: "PLAIN",
    KAFKA_SASL_USERNAME: "alice",
    KAFKA_SASL_PASSWORD: "hunter2",
    KAFKA_SSL_CA_FILE: authority.cert,
  });
  assertEquals(code, 0, stderr);
  for (
    const line of [
      "KAFKA_BOOTSTRAP_SERVERS=localhost:1,localhost:2,[::1]:3",
      "KAFKA_SASL_MECHANISM=plain",
      "KAFKA_SASL_USERNAME=alice",
      "KAFKA_SASL_PASSWORD=********",
      "KAFKA_SSL=true",
      `KAFKA_SSL_CA_FILE=${authority.cert}`,
    ]
  ) assertStringIncludes(stdout, `${line}\n`);
  assert(!(stdout + stderr).includes("hunter2"));
});
