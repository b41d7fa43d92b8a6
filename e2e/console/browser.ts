import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The installed Chromium (or the one that `CHROMIUM` names); else the one that comes in a package, for Linux on x64. */
export async function launchBrowser(): Promise<Browser> {
  const installed = process.env['CHROMIUM'] ?? (process.env['PATH'] ?? '').split(delimiter).flatMap((directory) => NAMES.map((name) => join(directory, name))).find((file) => existsSync(file));
  // As root, as in a container, Chromium has no sandbox of its own; it opens nothing but this machine's pages.
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: ['--no-sandbox'] });
  const { default: packed } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packed.executablePath(), args: [...packed.args, '--no-sandbox'] });
}
