import { decode } from './index';

describe('decode', () => {
  const formats = (text: string) => decode(text).map(({ format, preset }) => preset ?? format);

  it('lists every format that a text could be', () => {
    expect(formats(' 175928847299117063 ')).toEqual(['twitter', 'discord', 'instagram']);
    expect(formats('0ujtsYcgvSTl8PAuAdqWYSMnLOv')).toEqual(['ksuid']);
    expect(formats('01h455vb4pex5vsknk084sn02q')).toEqual(['ulid', 'typeid']);
    expect(formats('pre_fix_01h455vb4pex5vsknk084sn02q')).toEqual(['typeid']);
    expect(formats('1234567890123')).toEqual(['tsid', 'twitter', 'discord', 'instagram']);
    expect(formats('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toEqual(['uuidv7', 'ulid', 'timeflake']);
    expect(formats('015fd7f9cd70c9a3ea78dba1aaa2d31f')).toEqual(['ulid', 'timeflake']); // a ULID in a column of type uuid
    expect(formats('_01h455vb4pex5vsknk084sn02q')).toEqual([]);
    expect(formats('what')).toEqual([]);
  });
});
