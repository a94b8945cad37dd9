import { ONBOARDING_FILE_BYTES } from '#lib/contracts';
import type { Sql } from '#lib/store';

import type { OnboardingKey } from './dry-run.js';
import { OnboardingConflict, OnboardingFileRefused } from './errors.js';

/** So many of an environment may be on their way at once; those that wait for their commit do not count. */
const AT_ONCE = 20;

/** The same part again changes nothing. */
export async function keepPart(sql: Sql, key: OnboardingKey, no: number, data: Buffer): Promise<void> {
  await sql.rows(
    `insert into auth.onboarding_file (environment_id, onboarding_id, no, data) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [key.environmentId, key.onboardingId, no, data],
  );
}

/** Uploads that were never closed are forgotten, with what had come of them. */
export async function sweepBrokenOff(sql: Sql, environmentId: string): Promise<void> {
  await sql.rows(
    `delete from auth.onboarding
      where environment_id = $1 and state = 'open' and received_at < clock_timestamp() - interval '1 hour'`,
    [environmentId],
  );
}

/** Throws when the environment has as many onboardings under way as it may. */
export async function requireRoom(sql: Sql, environmentId: string): Promise<void> {
  const [row] = await sql.rows<{ busy: number }>(
    `select count(*)::int as busy from auth.onboarding
      where environment_id = $1 and state in ('open', 'received', 'committing')`,
    [environmentId],
  );
  if ((row?.busy ?? 0) < AT_ONCE) return;
  throw new OnboardingConflict(
    'onboarding.too-many-at-once',
    'So many onboardings are under way: wait for one to end, or cancel one',
    { limit: AT_ONCE },
  );
}

/** Throws when a part is missing or another than was sent. Returns the file's size in bytes. */
export async function requireWhole(sql: Sql, key: OnboardingKey, parts: number, sha256: Buffer): Promise<number> {
  const [file] = await sql.rows<{ parts: number; bytes: number; sha256: Buffer }>(
    `select count(*)::int as parts, coalesce(sum(octet_length(data)), 0)::int as bytes,
            sha256(coalesce(string_agg(data, ''::bytea order by no), ''::bytea)) as sha256
       from auth.onboarding_file where environment_id = $1 and onboarding_id = $2`,
    [key.environmentId, key.onboardingId],
  );
  if (!file || file.parts !== parts || !file.sha256.equals(sha256)) {
    throw new OnboardingFileRefused('incomplete', 'The file did not arrive whole: send it again');
  }
  if (file.bytes > ONBOARDING_FILE_BYTES) {
    throw new OnboardingFileRefused('too-large', `The file is larger than ${ONBOARDING_FILE_BYTES} bytes: split it`, {
      limit: ONBOARDING_FILE_BYTES,
    });
  }
  await sql.rows('update auth.onboarding set sha256 = $3 where environment_id = $1 and onboarding_id = $2', [
    key.environmentId,
    key.onboardingId,
    sha256,
  ]);
  return file.bytes;
}

export async function fileBytes(sql: Sql, { environmentId, onboardingId }: OnboardingKey): Promise<Buffer> {
  const parts = await sql.rows<{ data: Buffer }>(
    'select data from auth.onboarding_file where environment_id = $1 and onboarding_id = $2 order by no',
    [environmentId, onboardingId],
  );
  return Buffer.concat(parts.map(({ data }) => data));
}

export async function forgetFile(sql: Sql, { environmentId, onboardingId }: OnboardingKey): Promise<void> {
  await sql.rows('delete from auth.onboarding_file where environment_id = $1 and onboarding_id = $2', [
    environmentId,
    onboardingId,
  ]);
}
