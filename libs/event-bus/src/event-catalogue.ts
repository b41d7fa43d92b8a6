import type { EventDefinition, TopicDefinition } from './event-definition';

/** Every event that a consumer may meet: what is not in it is a poison record. */
export class EventCatalogue {
  private readonly definitions = new Map<string, Map<number, EventDefinition>>();

  constructor(definitions: readonly EventDefinition[]) {
    for (const definition of definitions) {
      const versions = this.definitions.get(definition.type) ?? new Map<number, EventDefinition>();
      if (versions.has(definition.version)) {
        throw new Error(`The event catalogue defines ${definition.type} version ${definition.version} twice`);
      }
      this.definitions.set(definition.type, versions.set(definition.version, definition));
    }
  }

  /** Every topic of the catalogue, each once. */
  get topics(): TopicDefinition[] {
    return this.topicsOf(this.definitions.keys());
  }

  /** All versions of a type, or undefined if the type is unknown. */
  versions(type: string): ReadonlyMap<number, EventDefinition> | undefined {
    return this.definitions.get(type);
  }

  /** The topics that carry the given types, each once. Throws on a type that the catalogue does not have. */
  topicsOf(types: Iterable<string>): TopicDefinition[] {
    const topics = new Map<string, TopicDefinition>();
    for (const type of types) {
      const versions = this.definitions.get(type);
      if (!versions) throw new Error(`No event "${type}" in the catalogue; define it there before handling it`);
      for (const { topic } of versions.values()) topics.set(topic.name, topic);
    }
    return [...topics.values()];
  }
}
