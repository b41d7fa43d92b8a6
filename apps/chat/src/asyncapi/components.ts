import { z } from 'zod';

/** Messages and named schemas of a document, each once. */
export class Components {
  private readonly messages: Record<string, object> = {};
  private readonly schemas: Record<string, object> = {};

  /** A reference to the message. */
  message(name: string, message: object): object {
    this.messages[name] = message;
    return { $ref: `#/components/messages/${name}` };
  }

  /** As JSON Schema (draft 7, as AsyncAPI has it); what has an id of its own becomes a component. */
  schema(schema: z.ZodType): object {
    const { $schema: _dialect, definitions, ...json } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
    Object.assign(this.schemas, definitions);
    return pointingToComponents(json);
  }

  toObject(): object {
    const schemas = Object.fromEntries(Object.entries(this.schemas).map(([name, schema]) => [name, pointingToComponents(schema)]));
    return { messages: this.messages, schemas };
  }
}

/** Zod refers to `#/definitions/…` of the one schema. */
function pointingToComponents(schema: object): object {
  const text = JSON.stringify(schema).replaceAll('"#/definitions/', '"#/components/schemas/');
  const { id: _id, ...json } = JSON.parse(text) as Record<string, unknown>;
  return json;
}
