import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { LagItem } from '../../../../feed/feed';
import { useDesk } from '../../desk';
import { clock, span } from '../../ui/format';
import { useTheme } from '../../ui/theme';

const HEIGHT = 150;
const EVERY_MS = 250;
const COLOURS = ['--accent', '--read', '--warn'];

/** The last two minutes of every standby, redrawn from the store four times a second. */
export function LagChart(): ReactNode {
  const { store, say, language } = useDesk();
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let chart: uPlot | undefined;
    let drawn = '';
    const redraw = (): void => {
      const names = Object.keys(store.state.lag).toSorted();
      if (names.length === 0) return;
      if (names.join() !== drawn) {
        drawn = names.join();
        chart?.destroy();
        chart = new uPlot(options(element, names, say('replicas.lag')), columns(names, store.state.lag), element);
      } else {
        chart?.setData(columns(names, store.state.lag));
      }
    };
    redraw();
    const timer = setInterval(redraw, EVERY_MS);
    const watch = new ResizeObserver(() => chart?.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      clearInterval(timer);
      watch.disconnect();
      chart?.destroy();
    };
  }, [store, say, theme, language]);
  return <div className="chart" ref={box} style={{ minHeight: HEIGHT }} role="img" aria-label={say('replicas.lag')} />;
}

/** One column of times, and one of milliseconds a standby; where one has no sample at that time there is a gap that is bridged. */
function columns(names: readonly string[], lag: Readonly<Record<string, readonly LagItem[]>>): uPlot.AlignedData {
  return uPlot.join(names.map((name) => [(lag[name] ?? []).map(({ at }) => at / 1_000), (lag[name] ?? []).map(({ ms }) => ms)] as uPlot.AlignedData));
}

function options(element: HTMLElement, names: readonly string[], title: string): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (token: string): string => style.getPropertyValue(token).trim();
  const axis = { stroke: colour('--ink-3'), font: `11px ${style.fontFamily}`, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  const stroke = (index: number): string => colour(COLOURS[index % COLOURS.length] ?? '--accent');
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: true, live: false },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_chart, _min, max) => [0, Math.max(max, 50)] } },
    axes: [{ ...axis, space: 110, values: (_chart, ticks) => ticks.map((second) => clock(second * 1_000).slice(0, 8)) }, { ...axis, size: 64, space: 32, values: (_chart, ticks) => ticks.map((ms) => (ms === 0 ? '0' : span(ms))) }],
    series: [{ label: title }, ...names.map((label, index) => ({ label, stroke: stroke(index), width: 1.6, spanGaps: true, points: { show: false }, value: (_chart: uPlot, ms: number | null) => (ms === null ? '–' : span(ms)) }))],
  };
}
