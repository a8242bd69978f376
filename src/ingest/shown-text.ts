/** The beginning of a text, for messages: at most `longest` characters, none cut in half, `…` where it goes on. */
export function shownText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const last = text.charCodeAt(longest - 1);
  const halved = last >= 0xd800 && last < 0xdc00;
  return `${text.slice(0, halved ? longest - 1 : longest)}…`;
}
