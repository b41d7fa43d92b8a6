export interface StreamEvent {
  readonly event: string;
  readonly data: string;
}

/** `text/event-stream` in the pieces in which it comes; a piece may end anywhere. */
export class EventStreamParser {
  #rest = '';

  push(piece: string): StreamEvent[] {
    const blocks = (this.#rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap(parseBlock);
  }
}

function parseBlock(block: string): StreamEvent[] {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  return data.length > 0 ? [{ event, data: data.join('\n') }] : [];
}
