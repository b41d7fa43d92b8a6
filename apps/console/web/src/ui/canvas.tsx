import { type ReactNode, useEffect, useRef } from 'react';
import { useTheme } from './theme';

export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  colour(token: string): string;
}

interface CanvasProps {
  readonly label: string;
  readonly height: number;
  /** Milliseconds between two drawings: what moves by itself, as time does. */
  readonly everyMs?: number;
  draw(sheet: Sheet): void;
}

/** Drawn by itself, from the store; React only says that it is there. */
export function Canvas({ label, height, everyMs = 50, draw }: CanvasProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    const style = getComputedStyle(element);
    const colours = new Map<string, string>();
    const colour = (token: string): string => {
      const known = colours.get(token) ?? style.getPropertyValue(token).trim();
      colours.set(token, known);
      return known;
    };
    let frame = 0;
    let drawnAt = -Infinity;
    const turn = (now: number): void => {
      frame = requestAnimationFrame(turn);
      if (now - drawnAt < everyMs) return;
      drawnAt = now;
      const ratio = window.devicePixelRatio;
      const [width, full] = [element.clientWidth, element.clientHeight];
      const [w, h] = [Math.round(width * ratio), Math.round(full * ratio)];
      if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, full);
      context.font = `500 11px ${style.fontFamily}`;
      draw({ context, width, height: full, colour });
    };
    frame = requestAnimationFrame(turn);
    return () => cancelAnimationFrame(frame);
  }, [draw, everyMs, theme]);
  return <canvas ref={canvas} className="sheet" style={{ height }} role="img" aria-label={label} />;
}
