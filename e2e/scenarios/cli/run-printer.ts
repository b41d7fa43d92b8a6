import { styleText } from 'node:util';
import type { BrokenPromise, RunEvent, Text } from '@madang/lab';

/** Of one promise; the rest is in the run's file. */
const MOST_SHOWN = 3;
const MOST_EVIDENCE = 600;

type Style = Parameters<typeof styleText>[0];

/** Tells a run to a person, as it comes: steps tick, promises turn green or red with what speaks against them. */
export class RunPrinter {
  readonly #write: (text: string) => void;
  /** On a terminal a step that is under way is shown, and its line written over when it has ended. */
  readonly #isLive: boolean;
  readonly #language: keyof Text;
  #titles = new Map<string, string>();
  #startedAt = 0;
  #lineIsOpen = false;

  constructor(stream: { write(text: string): unknown; readonly isTTY?: boolean }, language: keyof Text) {
    this.#write = (text) => void stream.write(text);
    this.#isLive = stream.isTTY === true;
    this.#language = language;
  }

  print(event: RunEvent): void {
    switch (event.kind) {
      case 'run-began':
        this.#titles = new Map([...event.steps, ...event.invariants].map(({ name, title }) => [name, this.#say(title)]));
        this.#startedAt = event.at;
        this.#line(`\n${paint('bold', this.#say(event.title))}  ${paint('dim', `${plain(event.scenario)}, seed ${event.seed}, ${event.naive ? 'naive' : 'with the patterns'}`)}`);
        this.#line(`${this.#say(event.story)}\n`);
        return;
      case 'step-began':
        if (this.#isLive) this.#open(`  …  ${this.#titleOf(event.step)}`);
        return;
      case 'note':
        this.#line(`       ${paint('dim', `${plain(event.text)}${event.traceId === undefined ? '' : `  [${event.traceId.slice(0, 8)}]`}`)}`);
        return;
      case 'step-ended':
        this.#line(`  ${event.failed === undefined ? paint('green', '✓') : paint('red', '✗')}  ${this.#titleOf(event.step)}  ${paint('dim', seconds(event.at - this.#startedAt))}`);
        if (event.failed !== undefined) this.#line(`       ${paint('red', plain(event.failed))}`);
        return;
      case 'invariant':
        this.#invariant(this.#titleOf(event.invariant), event.broken);
        return;
      case 'run-ended':
        this.#line(`\n${verdict(event)}`);
        return;
      default:
        event satisfies never;
    }
  }

  #invariant(title: string, broken: readonly BrokenPromise[]): void {
    if (broken.length === 0) return this.#line(`  ${paint('green', '● kept')}    ${title}`);
    this.#line(`  ${paint('red', '● broken')}  ${title}  ${paint('red', `${broken.length} ×`)}`);
    for (const { what, evidence, traceId } of broken.slice(0, MOST_SHOWN)) {
      this.#line(`       ${plain(what)}${traceId === undefined ? '' : paint('dim', `  trace ${traceId}`)}`);
      const text = plain(JSON.stringify(evidence) ?? '');
      this.#line(`       ${paint('dim', text.length > MOST_EVIDENCE ? `${text.slice(0, MOST_EVIDENCE)} …` : text)}`);
    }
    if (broken.length > MOST_SHOWN) this.#line(`       ${paint('dim', `and ${broken.length - MOST_SHOWN} more (--json or --save FILE have all)`)}`);
  }

  #open(text: string): void {
    this.#write(text);
    this.#lineIsOpen = true;
  }

  #line(text: string): void {
    this.#write(`${this.#lineIsOpen ? '\r\u001B[2K' : ''}${text}\n`);
    this.#lineIsOpen = false;
  }

  #titleOf(name: string): string {
    return this.#titles.get(name) ?? name;
  }

  #say(text: Text): string {
    return plain(text[this.#language]);
  }
}

/** Of the person at the keyboard. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): keyof Text {
  return (environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '').startsWith('ko') ? 'ko' : 'en';
}

function verdict({ broken, failed }: Extract<RunEvent, { kind: 'run-ended' }>): string {
  if (failed !== undefined) return paint('yellow', `It could not be played to its end: ${plain(failed)}`);
  return broken === 0 ? paint('green', 'Every promise was kept.') : paint('red', `${broken} ${broken === 1 ? 'promise was' : 'promises were'} broken.`);
}

/** Of a file that comes from somebody else, or of what services have said, nothing steers the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

function paint(style: Style, text: string): string {
  return styleText(style, text); // as the terminal can, and NO_COLOR wants
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
