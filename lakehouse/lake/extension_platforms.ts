// The platforms of DuckDB's extensions, in one table.

import { CommandError } from "../../lib/errors.ts";

/** DuckDB's version; the engine and its extensions belong together. */
export const duckdbVersion = "1.5.5";

/** The extensions that the lake needs, as DuckDB names their files. */
export const extensionNames = ["sqlite_scanner", "ducklake"] as const;

/** One of {@linkcode extensionNames}. */
export type ExtensionName = typeof extensionNames[number];

/** An extension's file as it was tested. */
export interface ExtensionFile {
  /** Its length. */
  readonly bytes: number;
  /** Its SHA-256. */
  readonly sha256: string;
}

/** What there is for a platform. */
export interface ExtensionPlatform {
  /** What users call it. */
  readonly label: string;
  /** Its tag among Python's wheels, and their content; some have none. */
  readonly wheel?: {
    readonly tag: string;
    readonly files: Readonly<Record<ExtensionName, ExtensionFile>>;
  };
}

/** Platforms by DuckDB's names. */
export const extensionPlatforms: Readonly<Record<string, ExtensionPlatform>> = {
  linux_amd64: {
    label: "Linux on x64",
    wheel: {
      tag: "manylinux2014_x86_64",
      files: {
        ducklake: {
          bytes: 36_436_086,
          sha256:
            "e51bf9e8d933d0e83780ae096455501b542cf962569a2ce5613532d702c08302",
        },
        sqlite_scanner: {
          bytes: 34_778_566,
          sha256:
            "693d2bf90779df23ca5ebe0688639b9adfc11c2d55ae3466b33e28be16afaa5e",
        },
      },
    },
  },
  linux_arm64: {
    label: "Linux on arm64",
    wheel: {
      tag: "manylinux2014_aarch64",
      files: {
        ducklake: {
          bytes: 32_143_862,
          sha256:
            "d0b57c8e261b89a1ae367c7224f0857cfde72ab6cf2609f188e0de9b897b1088",
        },
        sqlite_scanner: {
          bytes: 30_999_166,
          sha256:
            "8d3dafb7dce28c7e74abac9f78a9063b8eda02c257e7aaa026e441bf277aece7",
        },
      },
    },
  },
  osx_amd64: {
    label: "macOS on x64",
    wheel: {
      tag: "macosx_11_0_x86_64",
      files: {
        ducklake: {
          bytes: 30_396_022,
          sha256:
            "c7baf45b87f19cb3191c228b820857d573761d344c7855570dcc7eb3b8f1ff9e",
        },
        sqlite_scanner: {
          bytes: 29_607_078,
          sha256:
            "fb287ea61bff87ad91b700491d44d584fb6e0b5926a4bf186f9d052ff6e976f7",
        },
      },
    },
  },
  osx_arm64: {
    label: "macOS on arm64",
    wheel: {
      tag: "macosx_11_0_arm64",
      files: {
        ducklake: {
          bytes: 27_580_398,
          sha256:
            "1b72fc42164dbf21948e5a912cefc383b24071852f9e70209874ebd0a73b7caa",
        },
        sqlite_scanner: {
          bytes: 27_038_870,
          sha256:
            "a3548846bd643cb717265a0a11352af2e830a466ca068f4cae2552af658879f2",
        },
      },
    },
  },
  windows_amd64: {
    label: "Windows on x64",
    wheel: {
      tag: "win_amd64",
      files: {
        ducklake: {
          bytes: 23_981_078,
          sha256:
            "4546a5c6d9bc52cc122bc76e521c996e1ac31e71a25e01c531db8d3bb65e2ef0",
        },
        sqlite_scanner: {
          bytes: 23_749_654,
          sha256:
            "488c99012a2bd842dcc1d525441a7bd5c0427bb83236cbc01497615be167ac18",
        },
      },
    },
  },
  windows_arm64: { label: "Windows on arm64" },
  linux_amd64_musl: { label: "Linux on x64 with musl (Alpine)" },
  linux_arm64_musl: { label: "Linux on arm64 with musl (Alpine)" },
};

/** DuckDB's names of the systems that have builds. */
const systems: Readonly<Record<string, string>> = {
  linux: "linux",
  android: "linux",
  darwin: "osx",
  windows: "windows",
};

/**
 * DuckDB's name of a platform.
 *
 * @throws {CommandError} for one without builds.
 */
export function platformName(
  { os, arch, target }: Pick<typeof Deno.build, "os" | "arch" | "target">,
): string {
  const libc = target.includes("musl") ? "_musl" : "";
  const name = `${systems[os] ?? os}_${arch === "x86_64" ? "amd64" : "arm64"}`;
  if (extensionPlatforms[name + libc] !== undefined) return name + libc;
  throw new CommandError(
    `the lake does not run on ${target}: DuckDB has no builds for it`,
    "use Linux, macOS or Windows",
  );
}
