import { fork } from 'node:child_process';
import { join } from 'node:path';

/** A system's two ports; 0 is any that is free. */
export interface Ports {
  readonly api: number;
  readonly control: number;
}

export interface SandboxProcessOptions {
  readonly checkout: string;
  readonly journalFile: string;
  readonly partner: { readonly id: string; readonly secret: string };
  /** Fixed ports, to come back where it was; free ones when absent. */
  readonly ports?: Ports;
  /** Serves Netvisor and Severa as well, Netvisor to this partner. */
  readonly linked?: { readonly id: string; readonly key: string; readonly journals: string };
}

/** Where a system's stand-in is. */
export interface Served {
  readonly url: string;
  readonly controlUrl: string;
}

/** The sandbox as a process of its own. What it was told by its control routes ends with it. */
export interface SandboxProcess extends Served {
  /** What the Severa connector takes for the two systems; where they were asked for. */
  readonly netvisor?: Served;
  readonly severa?: Served & { readonly soapUrl: string };
  /** Resolves with the exit code, or the signal's name, once it has ended. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the sandbox from `dist/`; it takes calls when the promise settles, and stops by itself if we are killed. */
export function startSandboxProcess(options: SandboxProcessOptions): Promise<SandboxProcess> {
  const { checkout, journalFile, partner, ports = { api: 0, control: 0 }, linked } = options;
  const child = fork(join(checkout, 'dist', 'apps', 'sandbox', 'src', 'main.js'), {
    cwd: checkout,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      PORT: String(ports.api),
      CONTROL_PORT: String(ports.control),
      SANDBOX_JOURNAL: journalFile,
      FIVALDI_PARTNER_ID: partner.id,
      FIVALDI_PARTNER_SECRET: partner.secret,
      ...(linked && {
        NETVISOR_PARTNER_ID: linked.id,
        NETVISOR_PARTNER_KEY: linked.key,
        NETVISOR_PORT: '0',
        NETVISOR_CONTROL_PORT: '0',
        NETVISOR_JOURNAL: join(linked.journals, 'netvisor-journal.jsonl'),
        SEVERA_PORT: '0',
        SEVERA_CONTROL_PORT: '0',
        SEVERA_JOURNAL: join(linked.journals, 'severa-journal.jsonl'),
      }),
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1)),
  );
  return new Promise((resolve, reject) => {
    void ended.then((by) => reject(new Error(`The sandbox did not start (${by}).`)));
    child.once('message', (where: Omit<SandboxProcess, 'ended' | 'kill'>) =>
      resolve({ ...where, ended, kill: (signal) => void child.kill(signal) }),
    );
  });
}
