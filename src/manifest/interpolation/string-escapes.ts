const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
};

const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{0,2})|u([0-9a-fA-F]{0,4})|U([0-9a-fA-F]{0,8})|(N)(?:\{[^}]*\})?|([\s\S]|$))/g;

/**
 * The backslash escapes of Python texts (or bytes, which have no `\u`). Unknown ones stay as they are. Undefined when an
 * escape is malformed, or names a character (`\N{…}`), which needs a table that is not worth its size.
 */
export function decodeEscapes(body: string, kind: 'text' | 'bytes'): string | undefined {
  if (!body.includes('\\')) return body;
  let valid = true;
  const decoded = body.replace(ESCAPE, (whole, octal?: string, x?: string, u?: string, U?: string, name?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & (kind === 'bytes' ? 0xff : 0x1ff));
    if (x !== undefined) return fromHex(x, 2);
    if (kind === 'bytes' && (u ?? U ?? name) !== undefined) return whole;
    if (u !== undefined) return fromHex(u, 4);
    if (U !== undefined) return fromHex(U, 8);
    if (name !== undefined || other === '') {
      valid = false;
      return '';
    }
    return SIMPLE[other as string] ?? whole;
  });
  return valid ? decoded : undefined;

  function fromHex(digits: string, width: number): string {
    const code = parseInt(digits, 16);
    if (digits.length !== width || code > 0x10ffff) {
      valid = false;
      return '';
    }
    return String.fromCodePoint(code);
  }
}
