import type { Page } from 'playwright-core';

const PATIENCE = { timeout: 20_000 };

/** Does in a pane what somebody would who looks at it for the first time, so that there is something to see. */
export async function liven(page: Page, pane: string): Promise<void> {
  switch (pane) {
    case 'start':
      await page.getByTestId('story-withdraw').click();
      await page.locator('.result').nth(4).waitFor(PATIENCE);
      return;
    case 'timeline':
      await page.getByTestId('traces').getByRole('link', { name: /DELETE \/members\/me|member\.withdrawn/ }).first().click(PATIENCE);
      await page.getByTestId('steps').locator('.visible').first().waitFor(PATIENCE);
      return;
    case 'replicas': {
      const read = page.getByTestId('read-now');
      for (let times = 0; times < 4; times += 1) await read.click();
      await page.getByTestId('reads').locator('tr').nth(20).waitFor(PATIENCE);
      return;
    }
    case 'room':
      await page.getByTestId('plus-50').click();
      await page.locator('.place .button.main').click();
      await page.locator('.line i').nth(20).waitFor(PATIENCE);
      await page.waitForTimeout(6_000);
      return;
    case 'chat':
      await page.getByTestId('open-room').click();
      await page.locator('.suggested .button').nth(0).click(PATIENCE);
      await page.locator('.suggested .button').nth(4).click();
      await page.locator('.message.system').first().waitFor(PATIENCE);
      return;
    case 'ids':
      await page.getByTestId('make-uuidv7').click(PATIENCE);
      await page.locator('.reading').first().waitFor(PATIENCE);
      return;
    case 'kafka':
      await page.getByTestId('topics').getByRole('link', { name: 'member.events.v1' }).first().click(PATIENCE);
      await page.getByTestId('tail').locator('summary').first().click(PATIENCE);
      return;
    case 'services':
      await page.getByTestId('processes').getByRole('link', { name: 'board' }).first().click(PATIENCE);
      await page.getByTestId('logs').waitFor(PATIENCE);
      return;
    case 'faults':
      await page.getByTestId('faults').locator('input[type=radio]').first().check(PATIENCE);
      return;
    case 'scenarios':
      await page.getByTestId('play').click(PATIENCE);
      await page.getByTestId('broken').waitFor({ timeout: 120_000 });
      return;
    default:
      await page.waitForTimeout(1_000);
  }
}
