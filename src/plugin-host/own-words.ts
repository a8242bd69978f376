/** How Deno words a refusal; its flags are none of this program's. */
const REFUSED = /(?:NotCapable: )?(Requires (\w+) access to .+?), run again with the --allow-[\w-]+ flag/g;

/** What the runtime says when it refuses something, with what would change it here instead of the runtime's own flags. */
export function inOwnWords(reason: string): string {
  return reason.replaceAll(REFUSED, (_, refused: string, kind: string) =>
    kind === 'net'
      ? `${refused}, which it was not granted: a host has to be declared (network_hosts), approved (plugins approve) and allowed in the run (--allow-network)`
      : `${refused}, which no plugin is granted`,
  );
}
