import { type ReactNode, useCallback, useMemo } from 'react';
import type { ReadItem } from '../../../../feed/feed';
import { useConsole, useDesk } from '../../desk';
import { Canvas, type Sheet } from '../../ui/canvas';

const WINDOW_MS = 30_000;
const LEFT = 92;
const ROW = 34;
/** Of one millisecond many may be: they are put beneath one another. */
const SPREAD = 9;
const RADIUS = 3.2;

/** Each read a dot on the node that served it: filled as the first choice, hollow as another one, a cross where it went back in time. */
export function ReadDots(): ReactNode {
  const { store, say } = useDesk();
  const standbys = useConsole((state) => state.lag);
  const rows = useMemo(() => ['primary', ...Object.keys(standbys).toSorted()], [standbys]).join(' ');
  const draw = useCallback((sheet: Sheet) => drawReads(sheet, rows.split(' '), store.state.reads), [rows, store]);
  return (
    <>
      <Canvas label={say('replicas.reads.note')} height={rows.split(' ').length * ROW + 20} draw={draw} />
      <ul className="legend">
        <li className="dot-first">{say('replicas.dot.first')}</li>
        <li className="dot-other">{say('replicas.dot.other')}</li>
        <li className="pulse-dead">{say('replicas.dot.back')}</li>
      </ul>
    </>
  );
}

function drawReads({ context, width, height, colour }: Sheet, rows: readonly string[], reads: readonly ReadItem[]): void {
  const now = Date.now();
  const y = (row: number): number => 8 + row * ROW + ROW / 2;
  const x = (at: number): number => LEFT + (1 - (now - at) / WINDOW_MS) * (width - LEFT - 8);
  context.textBaseline = 'middle';
  context.lineWidth = 1;
  for (const [index, name] of rows.entries()) {
    context.fillStyle = colour('--ink-2');
    context.fillText(name, 0, y(index));
    context.strokeStyle = colour('--line');
    context.beginPath();
    context.moveTo(LEFT, y(index));
    context.lineTo(width - 8, y(index));
    context.stroke();
  }
  context.fillStyle = colour('--ink-3');
  context.textBaseline = 'alphabetic';
  context.fillText('−30 s', LEFT, height - 2);
  context.fillText('0', width - 14, height - 2);
  context.lineWidth = 1.6;
  // A path for all that look the same: a path each would cost more than the dots.
  const paths = { first: new Path2D(), other: new Path2D(), back: new Path2D() };
  for (const [index, { at, target, reason, anomaly }] of reads.entries()) {
    const row = rows.indexOf(target);
    if (row < 0 || now - at > WINDOW_MS) continue;
    const [cx, cy] = [x(at), y(row) + ((index % 5) - 2) * (SPREAD / 2)];
    if (anomaly) cross(paths.back, cx, cy);
    else dot(reason === 'pinned' ? paths.first : paths.other, cx, cy);
  }
  context.strokeStyle = colour('--accent');
  context.stroke(paths.other);
  context.fillStyle = colour('--read');
  context.fill(paths.first);
  context.strokeStyle = colour('--bad');
  context.stroke(paths.back);
}

function dot(path: Path2D, x: number, y: number): void {
  path.moveTo(x + RADIUS, y);
  path.arc(x, y, RADIUS, 0, Math.PI * 2);
}

function cross(path: Path2D, x: number, y: number): void {
  path.moveTo(x - 4, y - 4);
  path.lineTo(x + 4, y + 4);
  path.moveTo(x + 4, y - 4);
  path.lineTo(x - 4, y + 4);
}
