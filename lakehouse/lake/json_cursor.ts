// Reads JSON text from left to right, where it is of the usual shape.

/** Codes of the characters that JSON is made of. */
export const code = {
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  colon: 0x3a,
  leftBracket: 0x5b,
  rightBracket: 0x5d,
  e: 0x65,
  n: 0x6e,
  leftBrace: 0x7b,
  rightBrace: 0x7d,
} as const;

const maxDepth = 16;

/** Longer numbers need not be numbers for every reader of JSON. */
const skippedDigits = 40;

/** Exponents are left out: whether 1e999 is a number is for others to say. */
const word =
  /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?=[\]}, ]|$)/y;

const unusualCharacter = /[^\u0020-\uffff]|\\/;

/** The text is not of the usual shape; it may be JSON all the same. */
export class UnusualText extends Error {
  /** As of each error. */
  override readonly name = "UnusualText";
  /** The one that is thrown: where it was is of no interest. */
  static readonly error = new UnusualText();
}

/** A place in a text. Every method throws {@linkcode UnusualText}. */
export class JsonCursor {
  /** The text. */
  readonly text: string;
  /** How many characters were read. */
  at = 0;

  /** Begins before the text's first character. */
  constructor(text: string) {
    if (unusualCharacter.test(text)) throw UnusualText.error;
    this.text = text;
  }

  /** The next character's code; NaN at the end. */
  get next(): number {
    return this.text.charCodeAt(this.at);
  }

  /** Whether all was read. */
  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  /** Reads spaces. */
  space(): void {
    while (this.next === code.space) this.at++;
  }

  /** Reads a character and the space after it. */
  sign(sign: number): void {
    if (this.next !== sign) throw UnusualText.error;
    this.at++;
    this.space();
  }

  /** Reads this text and the space after it, if it is next. */
  skips(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    this.space();
    return true;
  }

  /** Reads a string. There are no escapes: the text has no backslash. */
  string(): string {
    const from = this.at + 1;
    const end = this.text.indexOf('"', from);
    if (this.next !== code.quote || end === -1) throw UnusualText.error;
    this.at = end + 1;
    this.space();
    return this.text.slice(from, end);
  }

  /** Reads an object; `member` reads a value whose name was read. */
  members(member: (name: string) => void): void {
    this.sign(code.leftBrace);
    if (this.next !== code.rightBrace) {
      for (;;) {
        const name = this.string();
        this.sign(code.colon);
        member(name);
        if (this.next === code.rightBrace) break;
        this.sign(code.comma);
      }
    }
    this.sign(code.rightBrace);
  }

  /** Reads any value. */
  skip(depth = 0): void {
    if (depth > maxDepth) throw UnusualText.error;
    const { next } = this;
    if (next === code.quote) this.string();
    else if (next === code.leftBrace) this.members(() => this.skip(depth + 1));
    else if (next === code.leftBracket) this.#skipArray(depth);
    else this.#skipWord();
  }

  #skipArray(depth: number): void {
    this.sign(code.leftBracket);
    if (this.next !== code.rightBracket) {
      for (;;) {
        this.skip(depth + 1);
        if (this.next === code.rightBracket) break;
        this.sign(code.comma);
      }
    }
    this.sign(code.rightBracket);
  }

  #skipWord(): void {
    word.lastIndex = this.at;
    const [found] = word.exec(this.text) ?? [];
    if (found === undefined || found.length > skippedDigits) {
      throw UnusualText.error;
    }
    this.at += found.length;
    this.space();
  }
}
