const BYTES_A_LINE = 16;

/** Hexadecimal digits as lines of `00000010  1f 8b 08 00 …  ....`, as hexdump writes them. */
export function hexLines(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const line = bytes.slice(at, at + BYTES_A_LINE);
    const text = line.map((byte) => printable(Number.parseInt(byte, 16))).join('');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${line.join(' ').padEnd(BYTES_A_LINE * 3 - 1)}  ${text}`);
  }
  return lines.join('\n');
}

function printable(code: number): string {
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
}
