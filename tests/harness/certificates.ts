// A certificate authority for tests, made with openssl.

import { run } from "../../tasks/host/run_process.ts";

/** A private key and its certificate, as PEM files. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** The common name, which names its files too. */
  readonly name: string;
  /** Subject alternative names in openssl's syntax. */
  readonly alternatives?: string;
  readonly expired?: boolean;
}

export interface Authority extends KeyPair {
  issue(request: CertificateRequest): Promise<KeyPair>;
}

async function openssl(args: readonly string[], cwd: string): Promise<void> {
  const { code, stderr } = await run("openssl", args, { cwd });
  if (code !== 0) throw new Error(`openssl ${args[0]} failed: ${stderr}`);
}

const newKey = [
  "-newkey",
  "ec",
  "-pkeyopt",
  "ec_paramgen_curve:P-256",
  "-nodes",
];

/** Creates an authority in an existing folder. */
export async function makeAuthority(
  dir: string,
  name = "authority",
): Promise<Authority> {
  const pair = (base: string): KeyPair => ({
    cert: `${dir}/${base}.pem`,
    key: `${dir}/${base}.key`,
  });
  const own = pair(name);
  await openssl([
    "req",
    "-x509",
    ...newKey,
    ...["-keyout", own.key, "-out", own.cert],
    ...["-subj", `/CN=${name}`, "-days", "2"],
  ], dir);
  await Deno.writeTextFile(
    `${dir}/${name}.cnf`,
    [
      "[ca]",
      "default_ca=own",
      "[own]",
      `new_certs_dir=${dir}`,
      `database=${dir}/${name}.index`,
      `certificate=${own.cert}`,
      `private_key=${own.key}`,
      "rand_serial=yes",
      "default_md=sha256",
      "policy=any",
      "unique_subject=no",
      "[any]",
      "commonName=supplied",
      "",
    ].join("\n"),
  );
  await Deno.writeTextFile(`${dir}/${name}.index`, "");
  return {
    ...own,
    async issue({ name: subject, alternatives, expired }) {
      const made = pair(subject);
      const request = `${dir}/${subject}.csr`;
      const extensions = `${dir}/${subject}.ext`;
      await openssl([
        "req",
        ...newKey,
        ...["-keyout", made.key, "-out", request, "-subj", `/CN=${subject}`],
      ], dir);
      await Deno.writeTextFile(
        extensions,
        alternatives === undefined ? "" : `subjectAltName=${alternatives}\n`,
      );
      const [from, to] = expired
        ? ["20200101000000Z", "20210101000000Z"]
        : ["20200101000000Z", "20491231000000Z"];
      await openssl([
        "ca",
        "-batch",
        "-notext",
        ...["-config", `${dir}/${name}.cnf`, "-in", request, "-out", made.cert],
        ...["-startdate", from, "-enddate", to, "-extfile", extensions],
      ], dir);
      return made;
    },
  };
}

export async function encryptKey(
  key: string,
  out: string,
  password: string,
): Promise<void> {
  const args = ["pkcs8", "-topk8", "-in", key, "-out", out];
  await openssl(
    [...args, "-v2", "aes-256-cbc", "-passout", `pass:${password}`],
    ".",
  );
}
