import { bytesOf, outcome } from '../../test/outcome';
import { ksuid } from '../index';

// github.com/segmentio/ksuid at d337249
describe('segmentio/ksuid', () => {
  it.each([
    ['0ujtsYcgvSTl8PAuAdqWYSMnLOv', '2017-10-10T04:00:47.000Z', 107_608_047, 'B5A1CD34B5F99D1154FB6853345C9735'],
    ['0ujzPyRiIAffKhBux4PvQdDqMHY', '2017-10-10T04:46:20.000Z', 107_610_780, '73FC1AA3B2446246D6E89FCD909E8FE8'],
    ['0uk1Hbc9dQ9pxyTqJ93IUrfhdGq', '2017-10-10T05:01:40.000Z', 107_611_700, '9850EEEC191BF4FF26F99315CE43B0C8'],
    ['0uk1HdCJ6hUZKDgcxhpJwUl5ZEI', '2017-10-10T05:01:40.000Z', 107_611_700, 'CC55072555316F45B8CA2D2979D3ED0A'],
    ['0uk1HcdvF0p8C20KtTfdRSB9XIm', '2017-10-10T05:01:40.000Z', 107_611_700, 'BA1C205D6177F0992D15EE606AE32238'],
    ['0uk1Ha7hGJ1Q9Xbnkt0yZgNwg3g', '2017-10-10T05:01:40.000Z', 107_611_700, '67517BA309EA62AE7991B27BB6F2FCAC'],
  ])('README: %s', (text, time, timestamp, payload) => {
    const id = ksuid().parse(text);
    expect(ksuid().explain(id)).toMatchObject({ time, fields: [{ value: String(timestamp) }, { value: `0x${payload.toLowerCase()}` }] });
    expect(ksuid().fromBytes(bytesOf(timestamp.toString(16).padStart(8, '0') + payload))).toBe(id);
  });

  it('README: four of one second are in the order of their payloads', () => {
    const texts = ['0ujsszwN8NRY24YaXiTIE2VWDTS', '0ujsswThIGTUYm2K8FjOOfXtY1K', '0ujssxh0cECutqzMgbtXSGnjorm', '0ujsszgFvbiEr7CDgE3z8MAUPFt'];
    const ids = texts.map((text) => ksuid().parse(text));
    expect(new Set(ids.map((id) => ksuid().explain(id).time)).size).toBe(1);
    const byBytes = [...ids].sort((a, b) => Buffer.compare(ksuid().toBytes(a), ksuid().toBytes(b)));
    expect([...ids].sort()).toEqual(byBytes);
  });

  it('ksuid_test.go, TestEncoding and TestPadding: the least and the greatest', () => {
    expect(ksuid().fromBytes(new Uint8Array(20))).toBe('0'.repeat(27));
    expect(ksuid().fromBytes(new Uint8Array(20).fill(255))).toBe('aWgEPTl1tmebfsQzFP4bxwgy80V');
  });

  it.each([
    ['TestParse', '123', 'ID_LENGTH'],
    ['TestParse', '0'.repeat(27), 'accepted'],
    ['TestParse', 'aWgEPTl1tmebfsQzFP4bxwgy80V', 'accepted'],
    ['TestIssue25', 'aaaaaaaaaaaaaaaaaaaaaaaaaaa', 'ID_RANGE'],
    ['TestIssue25', 'aWgEPTl1tmebfsQzFP4bxwgy80!', 'ID_CHARACTER'],
    ['the greatest + 1', 'aWgEPTl1tmebfsQzFP4bxwgy80W', 'ID_RANGE'],
    ['what some readers take', '!'.repeat(27), 'ID_CHARACTER'],
    ['a digit less', '0ujtsYcgvSTl8PAuAdqWYSMnLO', 'ID_LENGTH'],
  ])('ksuid_test.go, %s: %s is %s', (_test, text, expected) => expect(outcome(() => ksuid().parse(text))).toBe(expected));
});
