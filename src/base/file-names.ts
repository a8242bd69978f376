/** Names that Windows keeps for devices, whatever their extension; the digits can be superscripts too. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(\..*)?$/i;
const NOT_ALLOWED = /[<>:"/\\|?*\u0000-\u001f]/;
/** Bytes of a name that every file system in use takes. */
const MOST_BYTES = 255;

/** Why a name can't be that of a file or folder on every platform; undefined where it can. */
export function unsafeFileName(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it names no file';
  if (NOT_ALLOWED.test(name)) return 'it has a character that Windows does not allow';
  if (/[. ]$/.test(name)) return 'Windows drops the dot or space at its end';
  if (DEVICE.test(name)) return 'Windows keeps it for a device';
  return Buffer.byteLength(name) > MOST_BYTES ? `it is longer than ${MOST_BYTES} bytes` : undefined;
}
