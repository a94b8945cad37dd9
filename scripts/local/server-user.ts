import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalServiceError } from './local-service.ts';
import { ownFolder } from './own-folder.ts';

/** Who a server runs as when the one who starts it is root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; these need no account to be made. The first that exists is taken. */
const UNPRIVILEGED = ['postgres', 'nobody'] as const;

/** The user to run PostgreSQL as: nobody in particular unless we are root. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = userFrom(readFileSync('/etc/passwd', 'utf8'), UNPRIVILEGED);
  if (user === undefined)
    throw new LocalServiceError(`root needs a user ${UNPRIVILEGED.join(' or ')}, or set DATABASE_URL`);
  return user;
}

/** The first of `names` that an `/etc/passwd` knows (`name:password:uid:gid:…`). Root under another name is no one. */
export function userFrom(passwd: string, names: readonly string[]): ServerUser | undefined {
  const accounts = passwd.split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const [, , uid, gid] = accounts.find(([account]) => account === name) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** Whether `user` can reach and run (or enter) what lies at `path`, asked of the system itself. */
export function canEnter(user: ServerUser, path: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { ...user, cwd: '/' }).status === 0;
}

/**
 * The folder a server keeps its things in: `wanted`, or one under /var/tmp when the server's user cannot reach that
 * (a checkout below a closed home). It exists afterwards, belongs to the server's user and is closed to others.
 */
export function serverHome(wanted: string, user: ServerUser | undefined): string {
  const home = ownFolder(wanted);
  if (user === undefined) return home;
  chownSync(home, user.uid, user.gid);
  if (canEnter(user, home)) return home;
  const elsewhere = join('/var/tmp', `tietovirta-${shortHash(home)}`);
  mkdirSync(elsewhere, { recursive: true, mode: 0o700 });
  // Anyone may write to /var/tmp: a folder laid there by another must not receive our password.
  const found = lstatSync(elsewhere);
  if (!found.isDirectory() || (found.uid !== 0 && found.uid !== user.uid)) {
    throw new LocalServiceError(`${elsewhere} belongs to another user: remove it, or set DATABASE_URL`);
  }
  chownSync(elsewhere, user.uid, user.gid);
  return elsewhere;
}

/** Eight hexadecimal digits that name a folder where its path is too long or says too much. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
