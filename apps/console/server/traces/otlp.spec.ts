import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { spansOf, TraceExport } from './otlp';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

const payload = (span: object) => ({
  resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'chat' } }, { key: 'service.instance.id', value: { stringValue: 'chat-2' } }] }, scopeSpans: [{ scope: { name: 'x' }, spans: [span] }] }],
});
const span = { traceId: TRACE.toUpperCase(), spanId: 'B7AD6B7169203331', name: 'GET /rooms', kind: 2, startTimeUnixNano: '1795875735258123456', endTimeUnixNano: '1795875735259123456', attributes: [{ key: 'n', value: { intValue: '42' } }], events: [], links: [], status: { code: 2 } };

test('reads what the exporter of OpenTelemetry writes', () => {
  const [read] = spansOf(TraceExport.parse(payload(span)));
  expect(read).toMatchObject({ traceId: TRACE, spanId: 'b7ad6b7169203331', parentSpanId: null, service: 'chat', instance: 'chat-2', spanKind: 'server', error: true, attributes: { n: 42 } });
  expect(read?.at).toBeCloseTo(1_795_875_735_258.123, 2);
  expect(read?.durationMs).toBeCloseTo(1, 2);
});

test.each([
  ['an id that is none', { ...span, traceId: 'x' }],
  ['no time', { ...span, startTimeUnixNano: 'soon' }],
  ['more links than anybody means', { ...span, links: Array.from({ length: 2_000 }, () => ({ traceId: TRACE })) }],
])('%s is refused', (_, wrong) => {
  expect(TraceExport.safeParse(payload(wrong)).success).toBe(false);
});

test('nothing at all is an export too', () => {
  expect(spansOf(TraceExport.parse({}))).toEqual([]);
});

test('what is cut off does not stay in memory behind what is kept', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const given = () => JSON.parse(JSON.stringify(payload({ ...span, name: 'n'.repeat(1_000_000), attributes: [{ key: 'k'.repeat(1_000_000), value: { stringValue: 'v'.repeat(1_000_000) } }] }))) as object;
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 40 }, () => spansOf(TraceExport.parse(given())));
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  expect(kept[39]?.[0]?.name).toHaveLength(256);
});
