import { absorb, type Explanation, type FormatName, fromUuid, type IdFormat, ksuid, snowflake, SNOWFLAKE_PRESETS, timeflake, tsid, typeId, ulid, uuidV4, uuidV6, uuidV7, wait } from '@madang/ids';
import { observeGenerator } from '@madang/ids/prometheus';

export type PresetName = keyof typeof SNOWFLAKE_PRESETS;

/** A clock that was set back is no reason to make no ids (docs/adr/0008). */
const ORDERED = { rollback: absorb(Infinity), ...observeGenerator };
/** Waiting blocks the thread, and with it all other requests: a thousand ids need a millisecond at most. */
const OF_NODE = { overflow: wait(5), ...observeGenerator };

/** One generator a format for the whole process: the order of its ids is that of one generator. */
export class Formats {
  private readonly uuidV7 = uuidV7(ORDERED);
  private readonly generators: Readonly<Record<Exclude<FormatName, 'typeid'>, IdFormat<string>>>;

  /** @param node this process's node number at a time (milliseconds since 1970); throws where there is none */
  constructor(private readonly node: (timestampMs: number) => number) {
    this.generators = {
      uuidv7: this.uuidV7,
      uuidv6: uuidV6(ORDERED),
      uuidv4: uuidV4(),
      ulid: ulid(ORDERED),
      ksuid: ksuid(ORDERED),
      timeflake: timeflake(ORDERED),
      snowflake: snowflake({ node, ...OF_NODE }),
      tsid: tsid({ node, ...OF_NODE }),
    };
  }

  /** In order. @param prefix of TypeIDs */
  generate(name: FormatName, count: number, prefix: string): string[] {
    if (name !== 'typeid') return this.generators[name].generateMany(count);
    const format = typeId({ prefix });
    return this.uuidV7.generateMany(count).map((uuid) => fromUuid(format, uuid));
  }

  /** Strict. @param preset of Snowflakes @throws InvalidIdError; InvalidOptionError for a prefix that no TypeID may have */
  explain(name: FormatName, text: string, preset: PresetName): Explanation {
    const format = this.readerOf(name, text, preset);
    return format.explain(format.parse(text));
  }

  private readerOf(name: FormatName, text: string, preset: PresetName): IdFormat<string> {
    if (name === 'typeid') return typeId({ prefix: text.slice(0, Math.max(text.lastIndexOf('_'), 0)), anyUuid: true });
    return name === 'snowflake' ? snowflake({ node: this.node, preset }) : this.generators[name];
  }
}
