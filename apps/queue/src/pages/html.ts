/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What is put in is escaped, unless it is HTML already: for text, and for attributes in quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly (Html | string | number)[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map((value) => (value instanceof Html ? value.text : escaped(String(value))))));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
