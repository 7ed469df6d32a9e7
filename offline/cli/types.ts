/**
 * The types of `@std/cli/parse-args`, as far as its documentation promises
 * them: which flags a result has, and what they are.
 *
 * @module
 */

/** One name or several. */
export type Names<T> = T | ReadonlyArray<Extract<T, string>>;

/** Other names of flags, by flag or by other name. */
export type Aliases = Readonly<Record<string, string | ReadonlyArray<string>>>;

/** What the parser may be told. */
export interface ParseOptions<
  TBooleans extends boolean | string | undefined =
    | boolean
    | string
    | undefined,
  TStrings extends string | undefined = string | undefined,
  TCollectable extends string | undefined = string | undefined,
  TNegatable extends string | undefined = string | undefined,
  TDefault extends Record<string, unknown> | undefined =
    | Record<string, unknown>
    | undefined,
  TAliases extends Aliases | undefined = Aliases | undefined,
  TDoubleDash extends boolean | undefined = boolean | undefined,
> {
  /** Whether what follows `--` is kept apart, in `["--"]`. */
  "--"?: TDoubleDash;
  /** Other names of flags. */
  alias?: TAliases;
  /** Flags without a value; `true` makes one of each flag without `=`. */
  boolean?: Names<TBooleans>;
  /** Values of flags that are not given. */
  default?: TDefault;
  /** Whether all that follows the first word is words. */
  stopEarly?: boolean;
  /** Flags whose value stays text. */
  string?: Names<TStrings>;
  /** Flags that may be given several times; their values make a list. */
  collect?: Names<TCollectable>;
  /** Flags that `--no-` turns off. */
  negatable?: Names<TNegatable>;
  /** Called for what is not known; `false` leaves it out of the result. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

type Listed<T, K, TCollectable> = K extends TCollectable ? T[] : T;

type Flags<TBooleans, TStrings, TCollectable, TNegatable> =
  & {
    [K in Extract<TBooleans, string>]: Listed<boolean, K, TCollectable>;
  }
  & {
    [K in Exclude<Extract<TStrings, string>, TCollectable>]?:
      | string
      | (K extends TNegatable ? false : never);
  }
  & { [K in Extract<TStrings, string> & TCollectable]: string[] }
  & {
    [
      K in Exclude<
        Extract<TCollectable, string>,
        TBooleans | TStrings
      >
    ]: unknown[];
  };

type WithDefaults<T, TDefault> = TDefault extends Record<string, unknown> ?
    & Omit<T, keyof TDefault>
    & {
      [K in keyof TDefault]: K extends keyof T ? NonNullable<T[K]> | TDefault[K]
        : unknown;
    }
  : T;

type OtherName<K, TAliases> = K extends keyof TAliases
  ? TAliases[K] extends ReadonlyArray<infer Name> ? Extract<Name, string>
  : Extract<TAliases[K], string>
  : never;

type WithAliases<T, TAliases> = {
  [K in keyof T as K | OtherName<K, TAliases>]: T[K];
};

/** The result's flags: typed where flags were named, else anything. */
export type Values<
  TBooleans,
  TStrings,
  TCollectable,
  TNegatable,
  TDefault,
  TAliases,
> = [Extract<TBooleans | TStrings | TCollectable, string>] extends [never]
  // deno-lint-ignore no-explicit-any -- as the real package does
  ? Record<string, any>
  :
    & Record<string, unknown>
    & WithAliases<
      WithDefaults<
        Flags<TBooleans, TStrings, TCollectable, TNegatable>,
        TDefault
      >,
      TAliases
    >;

/** The result: the flags, the words and what followed `--`. */
export type Args<
  // deno-lint-ignore no-explicit-any -- as the real package does
  TArgs extends Record<string, unknown> = Record<string, any>,
  TDoubleDash extends boolean | undefined = undefined,
> =
  & TArgs
  & {
    /** What belongs to no flag. */
    _: Array<string | number>;
  }
  & (true extends TDoubleDash ? { "--": string[] } : Record<never, never>);
