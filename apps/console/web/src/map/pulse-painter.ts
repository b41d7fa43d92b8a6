import type { Pulse, PulseKind } from './hops';
import type { FlowMap, PlacedEdge } from './layout';

interface Flight {
  readonly pulse: Pulse;
  readonly began: number;
}

/** Of one edge. Slow enough for an eye, whatever the milliseconds were: the timeline tells those. */
const HOP_MS = 380;
/** Beyond that nobody tells one from another: what more comes is counted, and not drawn. */
const MOST_FLIGHTS = 700;
const SAMPLES = 24;
/** Of light, where a pulse fades instead of moving. */
const LEVELS = 8;

/** Kind and level of light. */
type Look = `${PulseKind} ${number}`;

/** Draws pulses over the map, in one canvas and one frame callback, which rests while nothing flies. */
export class PulsePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #map: FlowMap;
  readonly #points: ReadonlyMap<string, Float32Array>;
  readonly #still: boolean;
  readonly #marks = new Map<Look, number[]>();
  #flights: Flight[] = [];
  #frame = 0;
  #colours: Readonly<Record<PulseKind, string>>;
  isShown: (edge: PlacedEdge) => boolean = () => true;

  /** @param still without motion: a pulse lights its end up, and fades */
  constructor(canvas: HTMLCanvasElement, map: FlowMap, still: boolean) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser draws on no canvas');
    this.#canvas = canvas;
    this.#context = context;
    this.#map = map;
    this.#still = still;
    this.#points = new Map(map.edges.map(({ id, curve }) => [id, sampled(curve)]));
    this.#colours = coloursOf(canvas);
  }

  add(pulse: Pulse): void {
    if (this.#flights.length >= MOST_FLIGHTS || document.hidden) return;
    this.#flights.push({ pulse, began: performance.now() });
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#draw(now));
  }

  restyle(): void {
    this.#colours = coloursOf(this.#canvas);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#flights = [];
  }

  #draw(now: number): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const ratio = window.devicePixelRatio;
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)];
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    const scale = width / this.#map.width;
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#context.clearRect(0, 0, this.#map.width, this.#map.height);
    for (const marks of this.#marks.values()) marks.length = 0;
    this.#flights = this.#flights.filter((flight) => this.#place(flight, now));
    for (const [look, marks] of this.#marks) this.#paint(look, marks);
    this.#frame = this.#flights.length > 0 ? requestAnimationFrame((next) => this.#draw(next)) : 0;
  }

  /** Where it is now, beside all others that look the same: they are one path, for a path each costs more than all that is on it. @returns false once it has arrived */
  #place({ pulse: { kind, path }, began }: Flight, now: number): boolean {
    const gone = Math.max(0, now - began) / HOP_MS;
    const edge = path[Math.floor(gone)];
    if (!edge) return false;
    if (!this.isShown(edge)) return true;
    const points = this.#points.get(edge.id);
    if (!points) return false;
    const part = this.#still ? 1 : ease(gone % 1);
    const at = Math.min(part * SAMPLES, SAMPLES - 0.001);
    const index = Math.floor(at);
    const rest = at - index;
    const level = this.#still ? LEVELS - Math.floor((gone % 1) * LEVELS) : LEVELS;
    const look: Look = `${kind} ${level}`;
    const marks = this.#marks.get(look) ?? [];
    this.#marks.set(look, marks);
    marks.push(mix(points[index * 2], points[index * 2 + 2], rest), mix(points[index * 2 + 1], points[index * 2 + 3], rest));
    return true;
  }

  /** Told apart by shape too, not by colour alone. @param marks x and y in turn */
  #paint(look: Look, marks: readonly number[]): void {
    if (marks.length === 0) return;
    const [kind, level] = look.split(' ') as [PulseKind, string];
    const context = this.#context;
    context.globalAlpha = Number(level) / LEVELS;
    context.strokeStyle = context.fillStyle = this.#colours[kind];
    context.lineWidth = 1.8;
    context.beginPath();
    for (let index = 0; index < marks.length; index += 2) trace(context, kind, marks[index] ?? 0, marks[index + 1] ?? 0);
    if (kind === 'dead' || kind === 'anomaly' || kind === 'duplicate') context.stroke();
    else context.fill();
    context.globalAlpha = 1;
  }
}

function trace(context: CanvasRenderingContext2D, kind: PulseKind, x: number, y: number): void {
  if (kind === 'dead' || kind === 'anomaly') {
    context.moveTo(x - 4.5, y - 4.5);
    context.lineTo(x + 4.5, y + 4.5);
    context.moveTo(x + 4.5, y - 4.5);
    context.lineTo(x - 4.5, y + 4.5);
  } else if (kind === 'retry') {
    context.rect(x - 4, y - 4, 8, 8);
  } else {
    const radius = kind === 'read' ? 2.6 : 4;
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, Math.PI * 2);
  }
}

function coloursOf(canvas: HTMLCanvasElement): Readonly<Record<PulseKind, string>> {
  const style = getComputedStyle(canvas);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return { normal: of('--accent'), duplicate: of('--warn'), retry: of('--warn'), dead: of('--bad'), anomaly: of('--bad'), read: of('--read') };
}

function sampled([x1, y1, x2, y2, x3, y3, x4, y4]: PlacedEdge['curve']): Float32Array {
  const points = new Float32Array((SAMPLES + 1) * 2);
  for (let index = 0; index <= SAMPLES; index += 1) {
    const t = index / SAMPLES;
    const u = 1 - t;
    const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    points[index * 2] = a * x1 + b * x2 + c * x3 + d * x4;
    points[index * 2 + 1] = a * y1 + b * y2 + c * y3 + d * y4;
  }
  return points;
}

function mix(from = 0, to = from, part = 0): number {
  return from + (to - from) * part;
}

function ease(t: number): number {
  return t < 0.5 ? 2 * t * t : 1 - (2 - 2 * t) ** 2 / 2;
}
