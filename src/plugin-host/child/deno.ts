/** The few functions of Deno that the runner uses; taken before the plugin is loaded. */
interface DenoApi {
  readonly args: readonly string[];
  readonly stdin: {
    read(into: Uint8Array): Promise<number | null>;
    readSync(into: Uint8Array): number | null;
  };
  readonly stdout: { writeSync(bytes: Uint8Array): number };
  exit(code: number): never;
}

export const deno: DenoApi = Reflect.get(globalThis, 'Deno');
