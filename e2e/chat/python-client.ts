import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { cacheDirectory } from '../../infra/core/paths.ts';

const DIRECTORY = join(import.meta.dirname, 'python');
const REQUIREMENTS = join(DIRECTORY, 'requirements.txt');

/** Where python-socketio lies, from PyPI the first time. @throws where there is neither, with what pip says */
function packages(): string {
  const directory = join(cacheDirectory, `python-socketio-${createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12)}`);
  if (existsSync(directory)) return directory;
  mkdirSync(cacheDirectory, { recursive: true });
  const scratch = mkdtempSync(`${directory}.`);
  try {
    const pip = ['-m', 'pip', 'install', '-q', '--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--retries', '2', '--target', scratch, '-r', REQUIREMENTS];
    execFileSync('python3', pip, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
    renameSync(scratch, directory);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return directory;
}

/** `python/client.py` in a process of its own. */
export class PythonClient {
  readonly #child: ChildProcess;
  readonly #answers: Interface;
  #stderr = '';

  constructor(token: string, roomId: string) {
    const env = { ...process.env, PYTHONPATH: packages(), CHAT_TOKEN: token, CHAT_ROOM: roomId };
    const child = spawn('python3', [join(DIRECTORY, 'client.py')], { stdio: 'pipe', env });
    child.stderr.on('data', (data: Buffer) => {
      this.#stderr += data.toString('utf8');
    });
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout });
  }

  /** One line of `python/client.py`, and what it answers. @throws with the traceback if it ends instead */
  async do<T>(command: string): Promise<T> {
    const answer = new Promise<string>((resolve, reject) => {
      this.#answers.once('line', resolve);
      this.#child.once('exit', () => reject(new Error(`python/client.py has ended: ${this.#stderr}`)));
    });
    this.#child.stdin?.write(`${command}\n`);
    return JSON.parse(await answer) as T;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
