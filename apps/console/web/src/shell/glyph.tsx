import type { ReactNode } from 'react';
import type { PaneName } from '../route';

/** 16 by 16, drawn with one line. */
const PATHS: Readonly<Record<PaneName | 'brand', string>> = {
  brand: 'M2.500 6 8 2.500 13.500 6M4 6v7.500M12 6v7.500M4 6h8M8 9.600a1.400 1.400 0 1 0 .010 0',
  start: 'M5 3.500v9l7.500-4.500z',
  map: 'M3 4.500h3v3H3zM10 2.500h3v3h-3zM10 10.500h3v3h-3zM6 6h2v6h2M8 6V4h2',
  timeline: 'M3 4h6M5 8h7M8 12h5',
  replicas: 'M8 2.500c3 0 4.500.8 4.500 1.700S11 6 8 6 3.500 5.100 3.500 4.200 5 2.500 8 2.500zM3.500 4.200v7.600c0 .9 1.500 1.700 4.500 1.700s4.500-.8 4.500-1.700V4.200M3.500 8c0 .9 1.500 1.700 4.500 1.700s4.500-.8 4.500-1.700',
  room: 'M3 13.500V3h6.500v10.500M2 13.500h12M9.500 5l3 1v7.500M7.500 8v1',
  chat: 'M3 3.500h10v7H7.500L4.500 13v-2.500H3z',
  ids: 'M6.500 2.500 5 13.500M11 2.500 9.500 13.500M3 6h10.500M2.500 10H13',
  kafka: 'M3 4h10M3 8h10M3 12h10M5.500 3v2M9 7v2M11.500 11v2',
  services: 'M3 3h10v4H3zM3 9h10v4H3zM5 5h.010M5 11h.010',
  faults: 'M9 2 4 9h4l-1 5 5-7H8z',
  switches: 'M5.500 5h5a3 3 0 0 1 0 6h-5a3 3 0 0 1 0-6zM10.500 6.500a1.500 1.500 0 1 0 .010 0',
  scenarios: 'M3 4.500 4.200 5.700 6.500 3.200M8.500 4.500H13M3 11l1.200 1.200 2.300-2.500M8.500 11H13',
};

export function Glyph({ name }: { readonly name: PaneName | 'brand' }): ReactNode {
  return (
    <svg className="glyph" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
