import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile, readFile, writeFile } from 'node:fs/promises';

import { aPem, openAuditLog, type OpenAuditLog, tamper } from './audit-log.spec-support.js';
import { AuditLog } from './audit-log.js';
import { NO_CHECKPOINT, readCheckpointLine, signCheckpoint } from './checkpoint.js';
import type { CheckpointOutlet } from './checkpoint-file.js';
import { Checkpointer } from './checkpointer.js';
import { OPERATOR_CHAIN } from './entry.js';
import { anEvent, events, KIRJA_AB, TILI_OY } from './event.spec-support.js';
import { SigningKey, TrustedKeys } from './signing-key.js';

let opened: OpenAuditLog;
let log: AuditLog;

beforeEach(async () => {
  opened = await openAuditLog();
  ({ log } = opened);
});
afterEach(() => opened.close());

const outside = async () => (await readFile(opened.file, 'utf8')).split('\n').filter((line) => line !== '');

describe('the checkpointer', () => {
  it('signs for every chain that has moved and for none that has not, and tells it outside', async () => {
    await log.append([...events(3), anEvent({ environmentId: KIRJA_AB })]);
    expect(await opened.checkpointer.run()).toBe(3);
    expect(await opened.checkpointer.run()).toBe(0);
    await log.append(events(1));
    expect(await opened.checkpointer.run()).toBe(2);
    const told = (await outside()).map((line) => readCheckpointLine(line));
    expect(told.map((one) => [one?.environmentId, one?.sequence])).toEqual([
      [TILI_OY, 3],
      [KIRJA_AB, 1],
      [OPERATOR_CHAIN, 1],
      [TILI_OY, 4],
      [OPERATOR_CHAIN, 2],
    ]);
    expect(await log.verify(TILI_OY)).toMatchObject({ entries: 4, whole: true, checkpoints: { count: 2, last: 4 } });
    expect((await log.verify(OPERATOR_CHAIN)).whole).toBe(true);
  });

  it('leaves it to one replica at a time', async () => {
    await log.append(events(3));
    const other = new Checkpointer(opened.service, opened.key, opened.keys, opened.outlet);
    const runs = await Promise.all([opened.checkpointer.run(), other.run(), opened.checkpointer.run()]);
    expect(runs.filter((made) => made === 2)).toHaveLength(1);
    // Whoever comes second may tell what the first has kept and not told yet: the same lines once more.
    expect(new Set(await outside()).size).toBe(2);
  });

  it('tells what a process that died had kept and not told', async () => {
    await log.append(events(2));
    await new Checkpointer(opened.service, opened.key, opened.keys, null).run();
    await log.append(events(2));
    await opened.checkpointer.run();
    expect(await outside()).toHaveLength(4);
    expect((await log.verify(TILI_OY)).whole).toBe(true);
  });

  it('tells what another replica had kept and not told, while it goes on itself', async () => {
    await log.append(events(2));
    await opened.checkpointer.run();
    await log.append(events(1));
    await new Checkpointer(opened.service, opened.key, opened.keys, null).run();
    await log.append(events(1));
    await opened.checkpointer.run();
    const told = (await outside())
      .map((line) => readCheckpointLine(line))
      .filter((one) => one?.environmentId === TILI_OY);
    expect(told.map((one) => one?.sequence)).toEqual([2, 3, 4]);
  });

  it('tells with the next round what the file could not take', async () => {
    let full = false;
    const outlet: CheckpointOutlet = {
      append: (made) => (full && made.length > 0 ? Promise.reject(new Error('full')) : opened.outlet.append(made)),
      of: (chain) => opened.outlet.of(chain),
      ends: (believed) => opened.outlet.ends(believed),
    };
    const checkpointer = new Checkpointer(opened.service, opened.key, opened.keys, outlet);
    await log.append(events(1));
    await checkpointer.run();
    await log.append(events(2));
    full = true;
    await expect(checkpointer.run()).rejects.toThrow('full');
    full = false;
    await log.append(events(1));
    await checkpointer.run();
    expect(await outside()).toHaveLength(6);
  });

  it('passes over a line that a crash has cut off, and begins the next on a line of its own', async () => {
    await log.append(events(2));
    await writeFile(opened.file, '{"text":"{\\"env');
    await opened.checkpointer.run();
    expect((await outside()).slice(1).map((line) => readCheckpointLine(line)?.sequence)).toEqual([2, 1]);
    expect((await log.verify(TILI_OY)).whole).toBe(true);
  });

  it('goes on with a new key while what the old one has signed is still believed', async () => {
    await log.append(events(2));
    await opened.checkpointer.run();
    const key = new SigningKey(aPem());
    const keys = new TrustedKeys([key.public, opened.key.public]);
    await log.append(events(1));
    await new Checkpointer(opened.service, key, keys, opened.outlet).run();
    const later = new AuditLog(opened.service, { keys, outlet: opened.outlet });
    expect(await later.verify(TILI_OY)).toMatchObject({ whole: true, checkpoints: { count: 2, last: 3 } });
    const withoutOld = new AuditLog(opened.service, { keys: new TrustedKeys([key.public]), outlet: opened.outlet });
    expect((await withoutOld.verify(TILI_OY)).firstFault).toEqual({ sequence: 2, what: 'checkpoint-altered' });
  });
});

describe('verification against checkpoints', () => {
  /** Ten entries, checkpoints at 4 and 8. */
  beforeEach(async () => {
    await log.append(events(4));
    await opened.checkpointer.run();
    await log.append(events(4));
    await opened.checkpointer.run();
    await log.append(events(2));
  });

  const headAt = (sequence: number) =>
    `update audit.chain set last_sequence = ${sequence},
            last_hash = (select hash from audit.entry where sequence = ${sequence} and environment_id = '${TILI_OY}')
      where environment_id = '${TILI_OY}'`;
  const ofTili = `environment_id = '${TILI_OY}'`;

  it.each<[string, object, readonly string[]]>([
    [
      'a tail cut with its head',
      { sequence: 7, what: 'cut' },
      [headAt(6), `delete from audit.entry where ${ofTili} and sequence > 6`],
    ],
    [
      'a checkpoint taken away',
      { sequence: 4, what: 'checkpoint-missing' },
      [`delete from audit.checkpoint where ${ofTili} and sequence = 4`],
    ],
    [
      'the last checkpoint taken away',
      { sequence: 8, what: 'checkpoint-missing' },
      [`delete from audit.checkpoint where ${ofTili} and sequence = 8`],
    ],
    ['all checkpoints taken away', { sequence: 4, what: 'checkpoint-missing' }, ['delete from audit.checkpoint']],
    [
      'a checkpoint moved',
      { sequence: 4, what: 'checkpoint-missing' },
      [`update audit.checkpoint set sequence = 5 where ${ofTili} and sequence = 4`],
    ],
    [
      'a checkpoint rewritten',
      { sequence: 8, what: 'checkpoint-altered' },
      [
        `update audit.checkpoint set text = replace(text, '"sequence":8', '"sequence":9') where ${ofTili} and sequence = 8`,
      ],
    ],
    [
      'a signature lost',
      { sequence: 4, what: 'checkpoint-altered' },
      [`update audit.checkpoint set signature = '' where ${ofTili} and sequence = 4`],
    ],
  ])('names %s', async (_, firstFault, statements) => {
    await tamper(opened.database, ...statements);
    expect(await log.verify(TILI_OY)).toMatchObject({ whole: false, firstFault });
  });

  it('names where a whole chain was written anew with its head, checkpoints in the database and all', async () => {
    await opened.database.rows('create table rewritten as select * from audit.entry', []);
    await tamper(
      opened.database,
      `delete from audit.entry where ${ofTili}`,
      `delete from audit.chain where ${ofTili}`,
      `delete from audit.checkpoint where ${ofTili}`,
    );
    await log.append(events(10));
    await new Checkpointer(opened.service, opened.key, opened.keys, null).run();
    expect((await log.verify(TILI_OY)).firstFault).toEqual({ sequence: 1, through: 4, what: 'altered' });
  });

  it('is not misled by lines outside that nobody trusted has signed', async () => {
    const head = { sequence: 3, hash: Buffer.alloc(32, 7) };
    const forged = { environmentId: TILI_OY, head, at: '2026-03-02T08:00:00.000000Z', previous: NO_CHECKPOINT };
    const { text, signature } = signCheckpoint(new SigningKey(aPem()), forged);
    await appendFile(opened.file, `${JSON.stringify({ text, signature: signature.toString('base64') })}\nnonsense\n`);
    expect((await log.verify(TILI_OY)).whole).toBe(true);
  });

  it('refuses to change a checkpoint, even to its owner', async () => {
    for (const statement of [
      'delete from audit.checkpoint',
      'update audit.checkpoint set sequence = 1',
      'truncate audit.checkpoint',
    ]) {
      await expect(opened.database.rows(statement)).rejects.toThrow('audit.checkpoint is append-only');
    }
  });
});
