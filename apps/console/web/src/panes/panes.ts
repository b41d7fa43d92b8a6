import { type ComponentType, lazy } from 'react';
import type { PaneName } from '../route';
import StartPane from './start/start-pane';

/** Each pane comes when it is first looked at; the first one is there at once. */
export const PANE: Readonly<Record<PaneName, ComponentType>> = {
  start: StartPane,
  map: lazy(() => import('./map/map-pane')),
  timeline: lazy(() => import('./timeline/timeline-pane')),
  replicas: lazy(() => import('./replicas/replicas-pane')),
  room: lazy(() => import('./room/room-pane')),
  chat: lazy(() => import('./chat/chat-pane')),
  ids: lazy(() => import('./ids/ids-pane')),
  kafka: lazy(() => import('./kafka/kafka-pane')),
  services: lazy(() => import('./services/services-pane')),
  faults: lazy(() => import('./faults/faults-pane')),
  switches: lazy(() => import('./switches/switches-pane')),
  scenarios: lazy(() => import('./scenarios/scenarios-pane')),
};
