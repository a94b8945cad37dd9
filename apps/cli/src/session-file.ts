import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** A person's session, kept between commands. */
export interface KeptSession {
  readonly url: string;
  readonly token: string;
  readonly expiresAt: string;
}

/** In the user's own folder for settings, readable by nobody else. */
export class SessionFile {
  private readonly path: string;

  constructor(settings: string | undefined) {
    this.path = join(settings ?? join(homedir(), '.config'), 'tietovirta', 'session.json');
  }

  /** The session for this service, unless it has ended. */
  read(url: string, now: Date): KeptSession | undefined {
    let kept: KeptSession;
    try {
      kept = JSON.parse(readFileSync(this.path, 'utf8')) as KeptSession;
    } catch {
      return undefined;
    }
    return kept.url === url && new Date(kept.expiresAt) > now ? kept : undefined;
  }

  write(session: KeptSession): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    // A file that was there keeps its mode, so it goes first.
    this.forget();
    writeFileSync(this.path, JSON.stringify(session), { mode: 0o600, flag: 'wx' });
  }

  forget(): void {
    rmSync(this.path, { force: true });
  }
}
