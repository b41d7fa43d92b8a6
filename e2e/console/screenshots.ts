// Makes docs/console/*.png: every pane over a live stack, with something in it. `npm run screenshots [-- --to DIR --looks light-en,dark-ko --panes map,chat]`
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../infra/core/paths.ts';
import { PlatformClient } from '../platform-client.ts';
import { startStack } from '../stack.ts';
import { launchBrowser } from './browser.ts';
import { ConsolePage } from './console-page.ts';
import { Life } from './life.ts';
import { liven } from './liven.ts';

const PANES = ['start', 'map', 'timeline', 'replicas', 'room', 'chat', 'ids', 'kafka', 'services', 'faults', 'switches', 'scenarios'] as const;
const { values } = parseArgs({ options: { to: { type: 'string', default: join(repositoryRoot, 'docs/console') }, looks: { type: 'string', default: 'light-en' }, panes: { type: 'string', default: PANES.join(',') } } });

mkdirSync(values.to, { recursive: true });
console.log('Starting a stack of its own ...');
const stack = await startStack({ lab: true });
const browser = await launchBrowser();
const life = new Life(new PlatformClient(stack.addresses));
try {
  for (const look of values.looks.split(',')) {
    const [theme, language] = look.split('-') as ['light' | 'dark', 'en' | 'ko'];
    const opened = await ConsolePage.open(browser, stack, { theme, language, width: 1_360, height: 860 });
    for (const pane of PANES.filter((each) => values.panes.split(',').includes(each))) {
      await opened.show(pane).catch((error: unknown) => console.log(String(error)));
      await liven(opened.page, pane).catch((error: unknown) => console.log(`${pane}: ${String(error)}`));
      await sleep(700);
      await opened.page.screenshot({ path: join(values.to, look === 'light-en' ? `${pane}.png` : `${pane}-${look}.png`), fullPage: pane === 'map' || pane === 'start' });
      console.log(`${pane} (${look})`);
    }
    for (const complaint of opened.complaints) console.log(`the page complained: ${complaint}`);
    await opened.close();
  }
} finally {
  await life.end();
  await browser.close();
  await stack.stop();
}
