import { randomUUID } from 'node:crypto';
import { Snowflake as SapphireSnowflake } from '@sapphire/snowflake';
import { defKSUID32 } from '@thi.ng/ksuid';
import FlakeId from 'flake-idgen';
import KSUID from 'ksuid';
import { nanoid } from 'nanoid';
import { Snowflake as NodejsSnowflake } from 'nodejs-snowflake';
import { scru128String } from 'scru128';
import snowflakeId from 'snowflake-id';
import { TSIDGenerator } from 'tsid-ts';
import { typeidUnboxed } from 'typeid-js';
import { monotonicFactory, ulid } from 'ulid';
import { monotonicFactory as monotonicUlidx, ulid as ulidx } from 'ulidx';
import { v4, v6, v7 } from 'uuid';
import { uuidv4 as lioskV4, uuidv7 as lioskV7 } from 'uuidv7';
import type { Ids } from '../compiled-ids.ts';

export type Make = () => string;

export interface Peer {
  readonly name: string;
  readonly make: Make;
  /** How many times its time ours must at least be beaten by. Default: 1, faster. */
  readonly least?: number;
}

export interface Contest {
  readonly format: string;
  readonly make: Make;
  readonly makeMany: (count: number) => readonly string[];
  /** What no implementation can do without: a look at the clock, random words of 32 bits, one flat string. */
  readonly floor: { readonly clock: boolean; readonly words: number; readonly length: number };
  readonly peers: readonly Peer[];
}

const EPOCH = 1_288_834_974_657;
const PREFIX = 'user';

/** Each format and its peers; for Timeflake, npm was found to have none. */
export function contests(ids: Ids): readonly Contest[] {
  const endless = { node: 1, overflow: ids.borrow(Infinity) }; // the cost of an id; the legal ceiling is measured with `wait`
  const contest = (format: string, own: { generate(): string; generateMany(count: number): string[] }, floor: Contest['floor'], peers: readonly Peer[]): Contest => ({
    format,
    make: () => own.generate(),
    makeMany: (count) => own.generateMany(count),
    floor,
    peers,
  });
  const [ulidMonotonic, ulidxMonotonic] = [monotonicFactory(), monotonicUlidx()];
  const thing = defKSUID32();
  const tsids = new TSIDGenerator(1);
  return [
    contest('uuidv4', ids.uuidV4(), { clock: false, words: 4, length: 36 }, [
      { name: 'crypto.randomUUID', make: () => randomUUID() },
      { name: 'uuid', make: () => v4() },
      { name: 'uuidv7 (v4)', make: lioskV4 },
    ]),
    contest('uuidv6', ids.uuidV6(), { clock: true, words: 2, length: 36 }, [{ name: 'uuid', make: () => v6(), least: 15 }]),
    contest('uuidv7', ids.uuidV7(), { clock: true, words: 2, length: 36 }, [
      { name: 'uuid', make: () => v7(), least: 5 },
      { name: 'uuidv7', make: lioskV7, least: 4 },
    ]),
    contest('ulid', ids.ulid(), { clock: true, words: 0, length: 26 }, [
      { name: 'ulid (monotonic)', make: () => ulidMonotonic(), least: 4 },
      { name: 'ulidx (monotonic)', make: () => ulidxMonotonic() },
    ]),
    contest('ulid, random', ids.ulid({ monotonic: false }), { clock: true, words: 3, length: 26 }, [
      { name: 'ulid', make: () => ulid() },
      { name: 'ulidx', make: () => ulidx() },
    ]),
    contest('ksuid', ids.ksuid(), { clock: true, words: 3, length: 27 }, [
      { name: 'ksuid', make: () => KSUID.randomSync().string, least: 40 },
      { name: '@thi.ng/ksuid', make: () => thing.next() },
    ]),
    contest('timeflake', ids.timeflake(), { clock: true, words: 2, length: 22 }, []),
    contest('typeid', ids.typeId({ prefix: PREFIX }), { clock: true, words: 2, length: PREFIX.length + 27 }, [
      { name: 'typeid-js', make: () => typeidUnboxed(PREFIX) },
    ]),
    contest('snowflake', ids.snowflake(endless), { clock: true, words: 0, length: 19 }, snowflakePeers()),
    contest('tsid', ids.tsid(endless), { clock: true, words: 0, length: 13 }, [{ name: 'tsid-ts', make: () => tsids.create().toString() }]),
  ];
}

/** As decimal text, each with node 1. */
export function snowflakePeers(): readonly Peer[] {
  const nodejs = new NodejsSnowflake({ custom_epoch: EPOCH, instance_id: 1 });
  const other = new snowflakeId.default({ mid: 1, offset: EPOCH });
  const sapphire = new SapphireSnowflake(EPOCH);
  return [
    { name: 'flake-idgen', make: flakeIdgen() },
    { name: 'nodejs-snowflake', make: () => String(nodejs.getUniqueID()) },
    { name: 'snowflake-id', make: () => other.generate() },
    { name: '@sapphire/snowflake', make: () => String(sapphire.generate()) },
  ];
}

/** Throws once the 4,096 of a millisecond are used up: the caller has to try again. */
function flakeIdgen(): Make {
  const flake = new FlakeId({ id: 1, epoch: EPOCH });
  return () => {
    for (;;) {
      try {
        return String(flake.next().readBigUInt64BE());
      } catch {
        // until the next millisecond
      }
    }
  };
}

/** Formats of their own. */
export const FOR_ORIENTATION: readonly Peer[] = [
  { name: 'scru128', make: scru128String },
  { name: 'nanoid', make: () => nanoid() },
];
