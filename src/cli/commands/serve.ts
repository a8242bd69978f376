import { Command, InvalidArgumentError, Option } from 'commander';
import { openInBrowser } from '../../engine/index.ts';
import type { CommandContext } from '../command-context.ts';
import { withInterrupt } from '../interrupt.ts';
import { appdataOption, type CommonOptions, jsonOption, quietOption, size, withApp } from '../options.ts';
import { documentText, printable } from '../terminal.ts';

interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly open?: boolean;
  readonly host?: string;
  readonly allowRemote?: boolean;
  readonly uploadLimit?: number;
}

export function serveCommand(context: CommandContext, version: string): Command {
  return new Command('serve')
    .description(
      'Serve the page and its HTTP interface on this machine, until Ctrl-C. Runs that were begun there go on without it.',
    )
    .addOption(
      new Option('--port <n>', 'port to listen on (default: one that is free)').argParser(portNumber),
    )
    .option('--open', 'open the page in the browser')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--allow-remote', 'with --host: let other machines in, over plain HTTP')
    .addOption(
      new Option(
        '--upload-limit <size>',
        'the largest file that is taken, such as 2GB (default: 16 GiB)',
      ).argParser(size),
    )
    .addOption(appdataOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', '\nExample:\n  stat-harness serve --open')
    .action((options: ServeOptions) => withInterrupt((signal) => served(options, version, context, signal)));
}

async function served(
  options: ServeOptions,
  version: string,
  { terminal }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  // The server's packages are of no use to any other command.
  const { serve } = await import('../../server/index.ts');
  await withApp(
    options,
    async (app) => {
      const serving = await serve({
        app,
        version,
        ...(options.host !== undefined && { host: options.host }),
        ...(options.port !== undefined && { port: options.port }),
        allowRemote: options.allowRemote === true,
        ...(options.uploadLimit !== undefined && { uploadLimitBytes: options.uploadLimit }),
        logBug: (error) => terminal.err(printable(`bug: ${error.stack ?? error.message}\n`)),
      });
      const { url, launchUrl: launch_url, remote } = serving;
      terminal.out(
        options.json
          ? documentText('serving.v1', { url, launch_url, remote })
          : `Open this address in a browser: ${launch_url}\nCtrl-C ends the server.\n`,
      );
      if (remote && options.quiet !== true)
        terminal.err(
          `warning: other machines can reach ${url}; what goes over the network is not encrypted\n`,
        );
      if (options.open === true) await openInBrowser(app, launch_url);
      await ended(signal);
      await serving.close();
    },
    { create: true },
  );
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return port;
}
