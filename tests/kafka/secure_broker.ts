// A broker with a listener for each kind of access.

import { testDir } from "../harness/broker.ts";
import { type Authority, makeAuthority } from "../harness/certificates.ts";
import { makeNode, nodeSettings } from "../harness/node.ts";
import { freePort } from "../harness/ports.ts";

const protocols = {
  /** Without TLS and users; its clients may do everything. */
  OPEN: "PLAINTEXT",
  /** TLS and a user. */
  SECURE: "SASL_SSL",
  /** A user, without TLS. */
  CLEAR: "SASL_PLAINTEXT",
  /** TLS with a client certificate. */
  MUTUAL: "SSL",
  /** TLS with a certificate that has expired. */
  EXPIRED: "SSL",
  /** TLS with a certificate for another host. */
  OTHER: "SSL",
} as const;

export type Listener = keyof typeof protocols;

/** The tests' user, who can log in by every mechanism. */
export const user = { name: "al=ice", password: "p=w d/1" };

export interface SecureBroker extends AsyncDisposable {
  address(listener: Listener): string;
  readonly authority: Authority;
  /** A folder for the test's files, under `./.state`. */
  readonly dir: string;
  /** Kills the process; the data is kept. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

function quoted(text: string) {
  return `"${text.replaceAll(/["\\]/g, (mark) => `\\${mark}`)}"`;
}

/** A value in a properties file, where a backslash must be escaped. */
function escaped(text: string) {
  return text.replaceAll("\\", "\\\\").replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** @param more Further settings of the broker. */
export async function startSecureBroker(
  more: Readonly<Record<string, string | number>> = {},
): Promise<SecureBroker> {
  const folder = await testDir();
  const dir = folder.path;
  const names = Object.keys(protocols) as Listener[];
  const ports = Object.fromEntries(names.map((name) => [name, freePort()]));
  const controller = freePort();
  const authority = await makeAuthority(dir);
  const keyStore = async (
    name: string,
    alternatives: string,
    expired = false,
  ) => {
    const pair = await authority.issue({ name, alternatives, expired });
    const store = `${dir}/${name}-store.pem`;
    const parts = [pair.key, pair.cert, authority.cert];
    const texts = await Promise.all(parts.map((p) => Deno.readTextFile(p)));
    await Deno.writeTextFile(store, texts.join(""));
    return store;
  };
  const here = "DNS:localhost,IP:127.0.0.1";
  const good = await keyStore("broker", here);
  const scram = (mechanism: string) => [
    "--add-scram",
    `${mechanism}=[name=${quoted(user.name)},password=${
      quoted(user.password)
    }]`,
  ];
  const plainModule =
    "org.apache.kafka.common.security.plain.PlainLoginModule required " +
    `${quoted(`user_${user.name}`)}=${quoted(user.password)};`;
  const scramModule =
    "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  const saslOf = (listener: string) => ({
    [`listener.name.${listener}.sasl.enabled.mechanisms`]:
      "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    [`listener.name.${listener}.plain.sasl.jaas.config`]: escaped(plainModule),
    [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: scramModule,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: scramModule,
  });
  const storeOf = (listener: string, store: string) => ({
    [`listener.name.${listener}.ssl.keystore.type`]: "PEM",
    [`listener.name.${listener}.ssl.keystore.location`]: store,
    [`listener.name.${listener}.ssl.truststore.type`]: "PEM",
    [`listener.name.${listener}.ssl.truststore.location`]: authority.cert,
  });
  const node = await makeNode({
    dir: `${dir}/node`,
    port: ports.OPEN!,
    formatArgs: [...scram("SCRAM-SHA-256"), ...scram("SCRAM-SHA-512")],
    settings: {
      ...nodeSettings,
      "controller.quorum.voters": `1@127.0.0.1:${controller}`,
      "listeners": [
        ...names.map((name) => `${name}://127.0.0.1:${ports[name]}`),
        `CONTROLLER://127.0.0.1:${controller}`,
      ].join(","),
      "advertised.listeners": names.map((name) =>
        `${name}://localhost:${ports[name]}`
      ).join(","),
      "inter.broker.listener.name": "OPEN",
      "listener.security.protocol.map": [
        ...names.map((name) => `${name}:${protocols[name]}`),
        "CONTROLLER:PLAINTEXT",
      ].join(","),
      ...saslOf("secure"),
      ...saslOf("clear"),
      ...storeOf("secure", good),
      ...storeOf("mutual", good),
      "listener.name.mutual.ssl.client.auth": "required",
      ...storeOf("expired", await keyStore("expired", here, true)),
      ...storeOf("other", await keyStore("other", "DNS:kafka.example")),
      "authorizer.class.name":
        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "super.users": "User:ANONYMOUS",
      // What no ACL covers is allowed, so that most tests need no ACLs.
      "allow.everyone.if.no.acl.found": "true",
      ...more,
    },
  });
  const dispose = async () => {
    await node[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  };
  try {
    node.start();
    await node.serving();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    address: (listener) => `localhost:${ports[listener]}`,
    authority,
    dir,
    kill: () => node.kill("SIGKILL"),
    async restart() {
      node.start();
      await node.serving();
    },
    [Symbol.asyncDispose]: dispose,
  };
}
