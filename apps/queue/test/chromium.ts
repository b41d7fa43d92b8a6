import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Undefined where none is installed. */
export const chromiumPath = PLACES.find((path) => existsSync(path));

type Params = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A headless Chromium, spoken to by its DevTools protocol over a pipe. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile = mkdtempSync(join(tmpdir(), 'madang-chromium-'));
  readonly #pending = new Map<number, (message: Message) => void>();
  #unread = '';
  #last = 0;

  constructor(path: string) {
    const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${this.#profile}`, 'about:blank'];
    this.#process = spawn(path, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    (this.#process.stdio[4] as Readable).on('data', (data: Buffer) => this.#read(data.toString()));
  }

  /** A window with cookies of its own. */
  async open({ scripts }: { readonly scripts: boolean }): Promise<Window> {
    const { browserContextId } = await this.send<{ browserContextId: string }>('Target.createBrowserContext');
    const { targetId } = await this.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    const window = new Window(this, targetId, sessionId);
    await window.send('Page.enable');
    await window.send('Emulation.setScriptExecutionDisabled', { value: !scripts });
    return window;
  }

  async send<T>(method: string, params: Params = {}, sessionId?: string): Promise<T> {
    const id = (this.#last += 1);
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#pending.set(id, resolve);
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await promise;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(text: string): void {
    const messages = (this.#unread + text).split('\0');
    this.#unread = messages.pop() ?? '';
    for (const each of messages) {
      const message = JSON.parse(each) as Message;
      if (message.id !== undefined) this.#pending.get(message.id)?.(message);
    }
  }
}

/** What a person sees of one window, and does there. */
export class Window {
  constructor(
    private readonly chromium: Chromium,
    private readonly target: string,
    private readonly session: string,
  ) {}

  send<T>(method: string, params: Params = {}): Promise<T> {
    return this.chromium.send(method, params, this.session);
  }

  async go(url: string): Promise<void> {
    await this.send('Page.navigate', { url });
  }

  /** Address and title; asked of the browser, since a page that is being left does not answer. */
  async at(): Promise<{ readonly url: string; readonly title: string }> {
    const { targetInfo } = await this.chromium.send<{ targetInfo: { url: string; title: string } }>('Target.getTargetInfo', { targetId: this.target });
    return targetInfo;
  }

  /** By a mouse, on the page's only button: that needs no script of the page. */
  async press(): Promise<void> {
    const { root } = await this.send<{ root: { nodeId: number } }>('DOM.getDocument');
    const { nodeId } = await this.send<{ nodeId: number }>('DOM.querySelector', { nodeId: root.nodeId, selector: 'button' });
    const { model } = await this.send<{ model: { content: [number, number] } }>('DOM.getBoxModel', { nodeId });
    const [x, y] = model.content;
    for (const type of ['mousePressed', 'mouseReleased']) await this.send('Input.dispatchMouseEvent', { type, x: x + 5, y: y + 5, button: 'left', clickCount: 1 });
  }
}
