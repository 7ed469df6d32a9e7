import { assertEquals, assertThrows } from "@std/assert";
import { CommandError } from "../../lib/errors.ts";
import { Secret } from "../../lib/secret.ts";
import { kafkaOptions } from "../../tasks/lake/spark/kafka_options.ts";

const files: Readonly<Record<string, string>> = {
  "/ca.pem": "CA",
  "/cert.pem": "CERT",
  "/key.pem": "-----BEGIN PRIVATE KEY-----",
  "/old.pem": "-----BEGIN RSA PRIVATE KEY-----",
};
function readText(path: string): string | undefined {
  return files[path];
}

const tls = {
  caFile: "/ca.pem",
  certFile: undefined,
  keyFile: undefined,
  keyPassword: undefined,
};

Deno.test("`kafkaOptions()` is empty for a broker without users and TLS", () => {
  assertEquals(kafkaOptions({ tls: undefined, sasl: undefined }, readText), {});
});

Deno.test("`kafkaOptions()` quotes a password within the JAAS line", () => {
  const sasl = {
    mechanism: "scram-sha-512" as const,
    username: "ana",
    password: Secret.ofText('a"b\\c;'),
  };
  assertEquals(kafkaOptions({ tls, sasl }, readText), {
    "kafka.security.protocol": "SASL_SSL",
    "kafka.sasl.mechanism": "SCRAM-SHA-512",
    "kafka.sasl.jaas.config":
      "org.apache.kafka.common.security.scram.ScramLoginModule required " +
      'username="ana" password="a\\"b\\\\c;";',
    "kafka.ssl.truststore.type": "PEM",
    "kafka.ssl.truststore.certificates": "CA",
  });
});

Deno.test("`kafkaOptions()` gives a client certificate, and refuses a key that Java does not read", () => {
  const withKey = (keyFile: string) => ({
    tls: { ...tls, certFile: "/cert.pem", keyFile },
    sasl: undefined,
  });
  assertEquals(kafkaOptions(withKey("/key.pem"), readText), {
    "kafka.security.protocol": "SSL",
    "kafka.ssl.truststore.type": "PEM",
    "kafka.ssl.truststore.certificates": "CA",
    "kafka.ssl.keystore.type": "PEM",
    "kafka.ssl.keystore.key": "-----BEGIN PRIVATE KEY-----",
    "kafka.ssl.keystore.certificate.chain": "CERT",
  });
  assertThrows(
    () => kafkaOptions(withKey("/old.pem"), readText),
    CommandError,
    'does not read "RSA PRIVATE KEY"',
  );
  assertThrows(
    () => kafkaOptions(withKey("/none.pem"), readText),
    CommandError,
    'KAFKA_SSL_KEY_FILE is "/none.pem": file not found',
  );
});
