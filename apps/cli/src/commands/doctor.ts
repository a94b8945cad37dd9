import type { Command } from 'commander';

import { type Api, CommandFailed } from '../api.js';
import { EXIT } from '../exit-code.js';
import { showRows } from '../output.js';
import type { Surroundings } from '../surroundings.js';

interface Finding extends Record<string, unknown> {
  readonly check: string;
  readonly well: 'yes' | 'no' | 'not asked';
  readonly what: string;
}

/** Windows are judged by the service's clock; a caller whose own is further off than this misreads "opens at". */
const SKEW_SECONDS = 30;

export function addDoctor(program: Command, around: Surroundings): void {
  program
    .command('doctor')
    .description('whether the service can be used from here, and what to do when it cannot')
    .action(async () => {
      const findings = await examine(around.api(), around.now);
      showRows(around.output(), findings, ['check', 'well', 'what']);
      if (findings.some(({ well }) => well === 'no')) throw new CommandFailed('Not all is well', EXIT.unwell);
    });
}

async function examine(api: Api, now: () => Date): Promise<readonly Finding[]> {
  const before = now().getTime();
  let answer: Response;
  try {
    answer = await api.send('/openapi.json');
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return [{ check: 'service', well: 'no', what: `${what}. Is TIETOVIRTA_URL right?` }];
  }
  const middle = (before + now().getTime()) / 2;
  const { info } = (await answer.json()) as { info?: { title?: string; version?: string } };
  const isOurs = info?.title === 'Tietovirta';
  return [
    { check: 'service', well: isOurs ? 'yes' : 'no', what: isOurs ? `version ${info.version}` : 'another program' },
    clockFinding(answer.headers.get('date'), middle),
    await signInFinding(api),
  ];
}

function clockFinding(date: string | null, middle: number): Finding {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return { check: 'clock', well: 'not asked', what: 'the service does not tell the time' };
  const seconds = Math.round(Math.abs(theirs - middle) / 1000);
  const well = seconds <= SKEW_SECONDS;
  return {
    check: 'clock',
    well: well ? 'yes' : 'no',
    what: `${seconds} s from the service's${well ? '' : '; set this machine by NTP'}`,
  };
}

async function signInFinding(api: Api): Promise<Finding> {
  try {
    await api.json('/v1/transfers', { query: { limit: 1 } });
    return { check: 'sign-in', well: 'yes', what: 'known to the service' };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    // Known, though this caller's roles do not reach all transfers.
    if (error.exitCode === EXIT.refused) return { check: 'sign-in', well: 'yes', what: 'known to the service' };
    return { check: 'sign-in', well: 'no', what: `${error.message}. Run "tietovirta login" or set TIETOVIRTA_TOKEN` };
  }
}
