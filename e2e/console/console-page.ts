import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Stack } from '../stack.ts';

export interface Looks {
  readonly theme?: 'light' | 'dark';
  readonly language?: 'en' | 'ko';
  readonly width?: number;
  readonly height?: number;
}

/** The console in a browser, with whatever it complained about. */
export class ConsolePage {
  readonly page: Page;
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  /** Opens the link that `npm start` prints. */
  static async open(browser: Browser, { sandbox }: Pick<Stack, 'sandbox'>, looks: Looks = {}): Promise<ConsolePage> {
    const { theme = 'light', language = 'en', width = 1_440, height = 900 } = looks;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: language });
    const page = await context.newPage();
    const opened = new ConsolePage(context, page);
    await page.goto(`${consoleUrl(sandbox)}/#token=${sandbox.secrets.adminToken}`);
    await page.getByText(language === 'en' ? 'Live' : '실시간', { exact: false }).first().waitFor();
    return opened;
  }

  async show(pane: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${pane}`)}`);
    await this.page.locator(`main.pane-${pane.split('/')[0]}`).waitFor();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

export function consoleUrl({ ports }: Stack['sandbox']): string {
  return `http://127.0.0.1:${ports.CONSOLE_PORT}`;
}
