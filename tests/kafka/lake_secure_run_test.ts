// The lake's commands as a user runs them, with their own permissions, on a
// broker with TLS and users.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { encryptKey } from "../harness/certificates.ts";
import type { Env } from "../harness/clone.ts";
import { withAdmin } from "../harness/consumer.ts";
import { lake, sendValues } from "../harness/lake_command.ts";
import { type Listener, startSecureBroker, user } from "./secure_broker.ts";

const topic = "lake.secure.run";
const values = ["a", "b", "c"];

/** A wrong password, which may appear nowhere. */
const planted = "planted-Password-01234";

async function fill(bootstrap: string): Promise<void> {
  await withAdmin(
    bootstrap,
    (admin) => admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }),
  );
  await sendValues(bootstrap, topic, values);
}

Deno.test("`lake run`, `status` and `verify` get in over TLS, by password and by certificate, with secrets from files; a wrong password is named", async (t) => {
  await using broker = await startSecureBroker();
  await fill(broker.address("OPEN"));
  const client = await broker.authority.issue({ name: "client" });
  const files = {
    password: `${broker.dir}/password`,
    key: `${broker.dir}/encrypted.key`,
    keyPassword: `${broker.dir}/key-password`,
  };
  await Deno.writeTextFile(files.password, `${user.password}\n`);
  await encryptKey(client.key, files.key, "sesame");
  await Deno.writeTextFile(files.keyPassword, "sesame\n");
  const envOf = (name: string, listener: Listener): Record<string, string> => ({
    KAFKA_BOOTSTRAP_SERVERS: broker.address(listener),
    KAFKA_TOPIC: topic,
    KAFKA_SSL_CA_FILE: broker.authority.cert,
    LAKE_DIR: `${broker.dir}/lake-${name}`,
    LAKE_GROUP_ID: `lake-${name}`,
    LAKE_ADDRESS: "off",
    ADMIN_ADDRESS: "off",
  });
  const sasl = {
    KAFKA_SASL_MECHANISM: "scram-sha-512",
    KAFKA_SASL_USERNAME: user.name,
    KAFKA_SASL_PASSWORD_FILE: files.password,
  };
  const ways: [string, Env][] = [
    ["password", { ...envOf("password", "SECURE"), ...sasl }],
    ["certificate", {
      ...envOf("certificate", "MUTUAL"),
      KAFKA_SSL_CERT_FILE: client.cert,
      KAFKA_SSL_KEY_FILE: files.key,
      KAFKA_SSL_KEY_PASSWORD_FILE: files.keyPassword,
    }],
  ];
  for (const [name, env] of ways) {
    await t.step(`by ${name}`, async () => {
      const run = await lake(["run", "--once"], env);
      assertEquals(run.code, 0, run.stdout + run.stderr);
      const sql = "SELECT raw_payload FROM bronze.crypto_ticks_raw " +
        "ORDER BY kafka_offset";
      const found = await lake(["sql", sql, "--csv"], env);
      assertEquals(
        found.stdout.trim().split(/\r?\n/),
        ["raw_payload", ...values],
      );
      const status = await lake(["status", "--json"], env);
      assertEquals(status.code, 0, status.stderr);
      const { lag, lag_error } = JSON.parse(status.stdout);
      assertEquals([lag, lag_error], [{ 0: "0" }, null]);
      const verify = await lake(["verify", "--all", "--json"], env);
      assertEquals(verify.code, 0, verify.stdout + verify.stderr);
      assertStringIncludes(verify.stdout, "0 records wait for the lake");
    });
  }

  await t.step("a wrong password", async () => {
    await Deno.writeTextFile(files.password, `${planted}\n`);
    const env = { ...envOf("password", "SECURE"), ...sasl };
    const refusal = `the brokers refuse the user "${user.name}"`;
    const inJson = JSON.stringify(refusal).slice(1, -1);
    const run = await lake(["run", "--once"], env);
    assertEquals(run.code, 1, run.stdout);
    assertStringIncludes(run.stderr, refusal);
    const status = await lake(["status"], env);
    assertEquals(status.code, 0, status.stderr);
    assertStringIncludes(status.stdout, refusal);
    const verify = await lake(["verify", "--json"], env);
    assertEquals(verify.code, 1, verify.stdout);
    assertStringIncludes(verify.stdout, inJson);
    const said = [run, status, verify]
      .map(({ stdout, stderr }) => stdout + stderr).join("");
    assertEquals(said.includes(planted), false, said);
  });
});
