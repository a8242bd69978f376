/**
 * Characters that XML can't hold are written `_xHHHH_` in workbooks, and an underscore that would begin such an escape
 * is escaped itself (ECMA-376 part 1, 22.4.2.4, ST_Xstring). NUL stays escaped. A carriage return before a line feed
 * goes, so that a line break in a cell is one character.
 */
export function unescapeText(text: string): string {
  return text
    .replace(/_x([\dA-Fa-f]{4})_/g, (written, hex: string) => {
      const code = Number.parseInt(hex, 16);
      return code === 0 ? written : String.fromCharCode(code);
    })
    .replaceAll('\r\n', '\n');
}
