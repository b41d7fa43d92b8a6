import { type LevelName, nameOf } from '../levels';
import { formatLsn } from '../position/lsn';
import type { Position } from '../position/position';
import type { Decision } from '../routing/decision';
import { noteDecision, type ReadScope } from '../session/read-scope';
import type { Session } from '../session/session';
import { countRead, monotonicViolations } from './replicas.metrics';

/** A read as it goes to its server. */
export interface ObservedRead extends Decision {
  readonly level: LevelName;
  /** One object for all reads of one session, and nothing else of it. */
  readonly session: object;
  /** Where the server was at least, as a WAL position (`0/1A2B3C`): so much the read shows. Undefined where nobody knows. */
  readonly atLeast: string | undefined;
}

/** Told of every read as it goes to its server; must be quick, and not throw. */
export type ReadObserver = (read: ObservedRead) => void;

/** As much of a route as is needed here. */
interface RoutedRead {
  readonly incarnation: string | undefined;
  readonly atLeast: Position | undefined;
  readonly decision: Decision;
}

/** At least so much a session has been shown. */
const floors = new WeakMap<Session, Position>();
/** What that was when a read was routed: a read beside it that ends earlier binds it to nothing. */
const floorOf = new WeakMap<RoutedRead, Position>();
/** By server: the highest floor of a read there of which nobody knows yet how much it has shown at most. */
const unsettled = new WeakMap<Session, Map<string, Position>>();

/*
 * Watches the router by other means than its own: a read shows at least what its server had reached before, and at most what it had reached
 * after. Where that most is less than an earlier read's least, time went backwards for the session, whatever the router believes.
 */

/** A read is about to go where it was routed. */
export function noteRoute(scope: ReadScope, route: RoutedRead, onRead?: ReadObserver): void {
  noteDecision(scope, route.decision);
  countRead(scope.level, route.decision);
  onRead?.({ ...route.decision, level: nameOf(scope.level), session: scope.session, atLeast: route.atLeast && formatLsn(route.atLeast.lsn) });
  const floor = floors.get(scope.session);
  const promised = (scope.level === 'monotonic' || scope.level === 'session') && route.decision.reason !== 'stale';
  if (floor && promised) floorOf.set(route, floor);
}

/** It has been shown to the session. */
export function noteShown(session: Session, route: RoutedRead): void {
  const { incarnation, atLeast } = route;
  if (incarnation === undefined) return;
  const before = floorOf.get(route);
  if (before) {
    const servers = unsettled.get(session) ?? new Map<string, Position>();
    unsettled.set(session, servers);
    if (!isOlder(before, servers.get(incarnation))) servers.set(incarnation, before);
  }
  if (atLeast && !isOlder(atLeast, floors.get(session))) floors.set(session, atLeast);
}

/** Now it is known how far the server was at most when the session last read there. */
export function noteSettled(session: Session, incarnation: string, atMost: Position): void {
  const servers = unsettled.get(session);
  if (isOlder(atMost, servers?.get(incarnation))) monotonicViolations.inc();
  servers?.delete(incarnation);
}

/** Of two timelines nothing is claimed: what the older one had beyond the fork was lost by asynchronous replication, not by the router. */
function isOlder({ timeline, lsn }: Position, than: Position | undefined): boolean {
  return than !== undefined && than.timeline === timeline && lsn < than.lsn;
}
