import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useConsole, useDesk } from '../../desk';
import { Hops } from '../../map/hops';
import type { FlowMap, PlacedEdge, PlacedNode } from '../../map/layout';
import { PulsePainter } from '../../map/pulse-painter';
import { isUp } from '../../ui/process-state';
import { useTheme } from '../../ui/theme';

interface FlowChartProps {
  readonly map: FlowMap;
  /** The node that is looked at: all that it has nothing to do with is dimmed. */
  readonly lit: string | null;
  readonly chosen: string | null;
  onLook(node: string | null): void;
  onChoose(node: string): void;
}

export function FlowChart({ map, lit, chosen, onLook, onChoose }: FlowChartProps): ReactNode {
  const { say } = useDesk();
  const canvas = usePulses(map, lit);
  return (
    <div className="flow">
      <svg viewBox={`0 0 ${map.width} ${map.height}`} role="group" aria-label={say('map.title')}>
        <Frames map={map} />
        {map.edges.map((edge) => (
          <path key={edge.id} className={`edge ${edge.kind} to-${edge.to.kind} ${isLit(edge, lit) ? '' : 'dim'}`} d={pathOf(edge)} />
        ))}
        {map.nodes.map((node) => (
          <MapNode key={node.id} node={node} isDim={!nodeIsLit(node, lit, map)} isChosen={node.about === chosen} onLook={onLook} onChoose={onChoose} />
        ))}
      </svg>
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

/** Pulses go from the feed to the canvas, past React. */
function usePulses(map: FlowMap, lit: string | null): React.RefObject<HTMLCanvasElement | null> {
  const { store } = useDesk();
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<PulsePainter | null>(null);
  const theme = useTheme();
  const hops = useMemo(() => new Hops(map), [map]);
  useEffect(() => {
    if (!canvas.current) return undefined;
    const mine = new PulsePainter(canvas.current, map, matchMedia('(prefers-reduced-motion: reduce)').matches);
    painter.current = mine;
    const deaf = store.onItems((items) => {
      for (const item of items) {
        const pulse = hops.of(item);
        if (pulse) mine.add(pulse);
      }
    });
    return () => {
      deaf();
      mine.stop();
    };
  }, [map, hops, store]);
  useEffect(() => {
    painter.current?.restyle();
  }, [theme]);
  useEffect(() => {
    if (painter.current) painter.current.isShown = (edge) => isLit(edge, lit);
  }, [lit, map]);
  return canvas;
}

function Frames({ map }: { readonly map: FlowMap }): ReactNode {
  const { say } = useDesk();
  const frame = (name: string, from: number, to: number): ReactNode => (
    <g className="frame">
      <rect x={from} y={12} width={to - from} height={map.height - 16} rx={8} />
      <text x={from + 12} y={30}>{name}</text>
    </g>
  );
  return (
    <>
      {frame('PostgreSQL', 252, 376)}
      {frame(`Kafka · ${say('map.rows')}`, 492, 708)}
      {frame(`Kafka · ${say('map.events')}`, 824, 994)}
    </>
  );
}

interface MapNodeProps extends Pick<FlowChartProps, 'onLook' | 'onChoose'> {
  readonly node: PlacedNode;
  readonly isDim: boolean;
  readonly isChosen: boolean;
}

function MapNode({ node, isDim, isChosen, onLook, onChoose }: MapNodeProps): ReactNode {
  const { say } = useDesk();
  const process = useConsole((state) => (node.process === null ? undefined : state.processes[node.process]));
  const isDown = process !== undefined && !isUp(process.state);
  const { x, y, width, height, kind, about } = node;
  const label = kind === 'client' ? say('map.you') : kind === 'dead-letters' ? say('map.dead-letters') : node.label;
  const tall = height > 60;
  const look = { onPointerEnter: () => onLook(about), onPointerLeave: () => onLook(null), onFocus: () => onLook(about), onBlur: () => onLook(null) };
  return (
    <g
      className={`node ${kind} ${isDim ? 'dim' : ''} ${isChosen ? 'chosen' : ''} ${isDown ? 'down' : ''}`}
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-label={`${label}${kind === 'consumer' ? ` (${say('map.reads')})` : ''}${isDown ? `, ${process.state}` : ''}`}
      onClick={() => onChoose(about)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose(about);
      }}
      {...look}
    >
      <rect x={x} y={y} width={width} height={height} rx={kind === 'topic' || kind === 'dead-letters' ? height / 2 : 6} />
      <text x={x + width / 2} y={y + height / 2} className={kind === 'topic' ? 'topic-name' : ''} {...(tall ? { transform: `rotate(-90 ${x + width / 2} ${y + height / 2})` } : {})}>
        {label}
      </text>
      {isDown && <circle className="lamp" cx={x + width - 9} cy={y + 9} r={3.5} />}
    </g>
  );
}

function isLit({ from, to }: PlacedEdge, lit: string | null): boolean {
  return lit === null || from.about === lit || to.about === lit;
}

function nodeIsLit(node: PlacedNode, lit: string | null, map: FlowMap): boolean {
  return lit === null || node.about === lit || map.edges.some((edge) => isLit(edge, lit) && (edge.from.id === node.id || edge.to.id === node.id));
}

function pathOf({ curve: [x1, y1, ...rest] }: PlacedEdge): string {
  return `M${x1} ${y1}C${rest.join(' ')}`;
}
