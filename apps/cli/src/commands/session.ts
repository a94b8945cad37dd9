import type { Command } from 'commander';

import { type Api, CommandFailed } from '../api.js';
import { EXIT } from '../exit-code.js';
import { showThing } from '../output.js';
import type { SessionFile } from '../session-file.js';
import type { Surroundings } from '../surroundings.js';

/** What asks the person at the terminal. */
export interface Prompt {
  ask(question: string): Promise<string>;
  /** What is typed is not shown. */
  askSecret(question: string): Promise<string>;
}

export interface SessionParts extends Surroundings {
  /** The service without anybody's token. */
  readonly anonymous: () => Api;
  readonly url: () => string;
  readonly file: SessionFile;
  readonly prompt: Prompt;
}

interface Opened {
  readonly stage: 'enrolment' | 'second-factor' | 'password' | 'open';
  readonly expiresAt: string;
}

export function addSession(program: Command, parts: SessionParts): void {
  program
    .command('login')
    .description('signs a person in; machines set TIETOVIRTA_TOKEN instead')
    .action(() => login(parts));
  program
    .command('logout')
    .description('ends the session here and at the service')
    .action(async () => {
      try {
        await parts.api().json('/v1/session', { method: 'DELETE' });
      } finally {
        parts.file.forget();
      }
    });
  program
    .command('whoami')
    .description('who you are to the service, and what your roles are')
    .action(async () => showThing(parts.output(), await parts.api().json('/v1/session')));
}

async function login({ anonymous, url, file, prompt, output }: SessionParts): Promise<void> {
  const email = await prompt.ask('E-mail: ');
  const password = await prompt.askSecret('Password: ');
  const first = await anonymous().send('/v1/session', posting({ email, password }));
  let [session, token] = await opened(first);
  if (session.stage === 'second-factor') {
    const code = await prompt.askSecret('Code of the second factor: ');
    const second = await anonymous().send('/v1/session/second-factor', posting({ code }, token));
    [session, token] = await opened(second);
  }
  if (session.stage !== 'open') {
    throw new CommandFailed(
      'Sign in once with a browser first: a password or a second factor is to be set',
      EXIT.signedOut,
    );
  }
  file.write({ url: url(), token, expiresAt: session.expiresAt });
  output().note(`Signed in until ${session.expiresAt}.`);
}

const posting = (body: object, token?: string) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
});

/** The session travels in a cookie; a program keeps its value as a token. */
async function opened(answer: Response): Promise<[Opened, string]> {
  const cookie = answer.headers.getSetCookie().find((one) => /^(__Host-)?tietovirta=/.test(one));
  const token = /=([^;]*)/.exec(cookie ?? '')?.[1];
  if (token === undefined) throw new CommandFailed('The service opened no session', EXIT.broken);
  return [(await answer.json()) as Opened, decodeURIComponent(token)];
}
