import { type Explanation, type FormatName, fromUuid, type IdFormat, ksuid, snowflake, SNOWFLAKE_PRESETS, timeflake, tsid, typeId, ulid, uuidV4, uuidV6, uuidV7 } from '@madang/ids';
import { observeGenerator } from '@madang/ids/prometheus';

export type PresetName = keyof typeof SNOWFLAKE_PRESETS;

/** One generator a format for the whole process: the order of its ids is that of one generator. */
export class Formats {
  private readonly uuidV7 = uuidV7(observeGenerator);
  private readonly generators: Readonly<Record<Exclude<FormatName, 'typeid'>, IdFormat<string>>>;

  /** @param node this process's node number at a time (milliseconds since 1970); throws where there is none */
  constructor(private readonly node: (timestampMs: number) => number) {
    this.generators = {
      uuidv7: this.uuidV7,
      uuidv6: uuidV6(observeGenerator),
      uuidv4: uuidV4(),
      ulid: ulid(observeGenerator),
      ksuid: ksuid(observeGenerator),
      timeflake: timeflake(observeGenerator),
      snowflake: snowflake({ node, ...observeGenerator }),
      tsid: tsid({ node, ...observeGenerator }),
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
