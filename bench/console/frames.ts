import type { Page } from 'playwright-core';

export interface Frames {
  /** Milliseconds between each and the one before. */
  readonly frames: readonly number[];
  readonly longTasks: number;
  /** Processor time of the page's main thread, as a share of the time that passed: who else runs does not change it. */
  readonly busy: number;
  /** Of it, likewise. */
  readonly script: number;
  readonly layout: number;
  /** After a collection of garbage. */
  readonly heapBytes: number;
}

/** Runs in the page, which has a clock and frames of its own; as text, for this side knows no DOM. */
const WATCH = `async (duration) => {
  let tasks = 0;
  const observer = new PerformanceObserver((list) => { tasks += list.getEntries().length; });
  observer.observe({ entryTypes: ['longtask'] });
  const gaps = [];
  await new Promise((resolve) => {
    const began = performance.now();
    let last = began;
    const turn = (now) => {
      if (now > last) gaps.push(now - last);
      last = Math.max(last, now);
      if (now - began >= duration) resolve();
      else requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  });
  observer.disconnect();
  return { frames: gaps, longTasks: tasks };
}`;

/** Counts the frames that the page is given, by the page's own clock. */
export async function watchFrames(page: Page, forMs: number): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const seconds = async (): Promise<{ readonly busy: number; readonly script: number; readonly layout: number }> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? 0;
    return { busy: of('TaskDuration'), script: of('ScriptDuration'), layout: of('LayoutDuration') + of('RecalcStyleDuration') };
  };
  const [before, began] = [await seconds(), performance.now()];
  const { frames, longTasks } = await page.evaluate<Pick<Frames, 'frames' | 'longTasks'>>(`(${WATCH})(${forMs})`);
  const [after, elapsed] = [await seconds(), (performance.now() - began) / 1_000];
  const share = (of: keyof typeof after): number => (after[of] - before[of]) / elapsed;
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return { frames, longTasks, busy: share('busy'), script: share('script'), layout: share('layout'), heapBytes: usedSize };
}
