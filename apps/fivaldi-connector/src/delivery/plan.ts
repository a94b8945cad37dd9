import type { FivaldiRequest } from '#lib/upstream';

import { ABSENT, type Content, differing, filled, isEmpty, type Known, type Part, valuesOf } from './content.js';
import type { Addressee, Courier } from './courier.js';
import { changeTimeOf } from './said.js';

/** What a request is for. The first four change nothing in Fivaldi, so they may be sent again at any time. */
export const ACTIONS = ['index', 'search', 'batch', 'read', 'create', 'update', 'create-part', 'update-part'] as const;
export type Action = (typeof ACTIONS)[number];

export const writes = (action: Action): boolean => !['index', 'search', 'batch', 'read'].includes(action);

/** The next thing to do about a record. */
export type Step =
  | { readonly do: 'send'; readonly action: Action; readonly part?: string; readonly request: FivaldiRequest }
  /** Fivaldi has it as we do. */
  | { readonly do: 'delivered' }
  /** A person has to look; `cause` says why. */
  | { readonly do: 'review'; readonly cause: 'repeat-unsafe' | 'not-changeable' };

export interface Situation {
  readonly to: Addressee;
  readonly content: Content;
  readonly known: Known | null;
  /** A request that changes something was sent, and nobody knows what became of it. */
  readonly unsure: boolean;
  /** When that was. */
  readonly sentAt: Date | null;
  /** Nothing of it was delivered so far: what Fivaldi has beside it is none of ours to empty. */
  readonly first: boolean;
  /** Other records of this register have to be looked for, too. */
  readonly manyUnknown: boolean;
  /** Grows with every change of ours. */
  readonly mark: string;
  /** The database's time. */
  readonly at: Date;
}

/** What was read longer ago than this, in milliseconds, is no ground for writing over all of it. */
const READ_FOR = 600_000;

/**
 * The next step of a delivery; read this first.
 *
 *   unsure | what we know of Fivaldi's record   | step
 *   -------+------------------------------------+------------------------------------------------------
 *   yes    | any, of a kind not to be repeated  | review: a person looks
 *   yes    | its id                             | read it
 *   yes    | the batch that it was made in      | read the batch
 *   yes    | no id                              | search, from the day on which it was sent
 *   no     | its id, of a kind not to be changed| review
 *   no     | nothing, and it may be there       | search; or one list for all whose id is not known
 *   no     | that it is not there               | create
 *   no     | its id only, or somebody changed it| read it
 *   no     | something of it differs            | update with what differs; review where there is no method
 *   no     | a part is not there                | create the part
 *   no     | a part differs                     | update the part; read first when its id is not known
 *   no     | a kind that is changed as a whole   | when anything differs: read it, unless that was just done, since
 *          |                                    | no list tells of a change at once; then update with all of it
 *   no     | all of it is as ours               | delivered
 *
 * So a request whose answer was lost is never just sent again: what is read back becomes what we know, and what we
 * know decides whether anything is left to send.
 */
export function nextStep(courier: Courier, situation: Situation): Step {
  const { to, content, known, unsure } = situation;
  if (unsure && courier.unrepeatable) return { do: 'review', cause: 'repeat-unsafe' };
  if (known?.id != null && courier.unrepeatable) return { do: 'review', cause: 'not-changeable' };
  if (unsure || known === null) return lookUp(courier, situation);
  if (known.id === null) return { do: 'send', action: 'create', request: courier.create(to, content) };
  if (known.core === null || known.stale) return read(courier, to, content, known.id, null);

  const changed = differing(known.core, content.core);
  if (courier.whole && (!isEmpty(changed) || !sameParts(known.parts, content.parts))) {
    if (!isJustRead(known, situation)) return read(courier, to, content, known.id, null);
    return change(courier.update(to, known.id, changed, content), 'update');
  }
  if (courier.whole) return { do: 'delivered' };
  if (!isEmpty(changed)) return change(courier.update(to, known.id, changed, content), 'update');
  return nextPart(courier, to, content, { ...known, id: known.id });
}

const isJustRead = ({ read }: Known, { mark, at }: Situation): boolean =>
  read?.mark === mark && at.getTime() - Date.parse(read.at) < READ_FOR;

function nextPart(courier: Courier, to: Addressee, content: Content, known: Known & { readonly id: string }): Step {
  for (const [name, part] of Object.entries(content.parts)) {
    const there = Object.hasOwn(known.parts, name) ? known.parts[name] : undefined;
    if (!there && isEmpty(filled(part))) continue;
    if (!there) return change(courier.createPart(to, known.id, name, filled(part)), 'create-part', name);
    if (isEmpty(differing(there.as, part))) continue;
    if (there.id === null) return read(courier, to, content, known.id, null);
    return change(courier.updatePart(to, known.id, name, there, content), 'update-part', name);
  }
  return { do: 'delivered' };
}

function sameParts(there: Known['parts'], ours: Content['parts']): boolean {
  const names = new Set([...Object.keys(there), ...Object.keys(ours)]);
  return [...names].every((name) => {
    const [a, b] = [there[name]?.as, ours[name]];
    return a !== undefined && b !== undefined && isEmpty(differing(a, b)) && isEmpty(differing(b, a));
  });
}

/** What was sent and accepted, as what is there. */
export const asSent = ({ core, parts }: Content): Pick<Known, 'core' | 'parts'> => ({
  core,
  parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, { id: null, as: part }])),
});

function lookUp(courier: Courier, { to, content, known, unsure, sentAt, manyUnknown }: Situation): Step {
  const since = unsure ? sentAt : null;
  if (known?.id != null) return read(courier, to, content, known.id, since);
  const { search, index } = courier;
  if (known?.batch !== undefined && search?.batch)
    return { do: 'send', action: 'batch', request: search.batch.request(to, known.batch) };
  if (!unsure && index && (manyUnknown || !search?.byKey))
    return { do: 'send', action: 'index', request: index.request(to) };
  if (!search || (!unsure && !courier.searchFirst))
    return { do: 'send', action: 'create', request: courier.create(to, content) };
  return { do: 'send', action: 'search', request: search.request(to, content, since) };
}

function read(courier: Courier, to: Addressee, content: Content, id: string, since: Date | null): Step {
  const request = courier.read(to, id);
  if (request) return { do: 'send', action: 'read', request };
  if (!courier.search) return { do: 'review', cause: 'repeat-unsafe' };
  return { do: 'send', action: 'search', request: courier.search.request(to, content, since) };
}

const change = (request: FivaldiRequest | null, action: Action, part?: string): Step =>
  request === null
    ? { do: 'review', cause: 'not-changeable' }
    : { do: 'send', action, request, ...(part !== undefined && { part }) };

/**
 * What we know after a request was answered well.
 *
 *   action      | known
 *   ------------+----------------------------------------------------------------------------------
 *   index       | the id that was found, or that it is not there
 *   search      | what was found, or that it is not there
 *   batch       | what was found; else what was known but for the batch: it may be elsewhere
 *   read        | what was read
 *   create      | ours as sent, under the id that came back, or in the batch that did; ids of parts where they did, too
 *   update      | ours as sent
 *   …-part      | the part as sent, under the id that came back
 *
 * What was sent and accepted counts as what is there, however Fivaldi writes it: else a value that it writes otherwise
 * would be sent for ever.
 */
export function learned(courier: Courier, step: Step & { do: 'send' }, situation: Situation, result: unknown): Known {
  const { to, content, known } = situation;
  switch (step.action) {
    case 'index':
      throw new Error('An index is about many records');
    case 'search':
    case 'batch': {
      const found = courier.search?.find(result, to, content) ?? 'absent';
      if (found !== 'absent') return asMet(found, situation);
      return step.action === 'batch' ? withoutBatch(known) : ABSENT;
    }
    case 'read': {
      const read = result === undefined ? null : courier.parse(result, to, content);
      if (read === null) return ABSENT;
      return { ...asMet(read, situation), ...sightOf(courier, content, result), ...readingOf(situation) };
    }
    case 'create': {
      const answered = courier.parse(result, to, content);
      const parts = Object.entries(content.parts).map(
        ([name, part]) => [name, { id: answered?.parts[name]?.id ?? null, as: part }] as const,
      );
      const made = { core: content.core, parts: Object.fromEntries(parts), ...changeTimeOf(result) };
      if (answered) return { id: answered.id, ...made };
      const batch = courier.search?.batch?.named(result) ?? null;
      return { id: null, ...made, ...(batch !== null && { batch }) };
    }
    case 'update': {
      const { read: _, shown: __, ...rest } = known ?? ABSENT;
      const sent = courier.whole ? asSent(content) : { core: content.core };
      return { ...rest, ...sent, ...sightOf(courier, content, result) };
    }
    case 'create-part':
    case 'update-part': {
      const name = step.part ?? '';
      const id = partIdOf(result) ?? known?.parts[name]?.id ?? null;
      const parts = { ...known?.parts, [name]: { id, as: content.parts[name] ?? {} } };
      return { ...(known ?? ABSENT), parts, ...changeTimeOf(result) };
    }
  }
}

/** It is not in the batch that was named, or the batch does not open. */
export function withoutBatch(known: Known | null): Known {
  const { batch: _, ...rest } = known ?? ABSENT;
  return rest;
}

/** What an answer shows of the record beside its values: when it was changed and, of a whole kind, all of it. */
export function sightOf({ pull }: Courier, content: Content, result: unknown): Pick<Known, 'changed' | 'shown'> {
  const shown = pull?.show?.(result, content);
  return { ...changeTimeOf(result), ...(shown && { shown }) };
}

/** That a record was read for what ours is now. */
export const readingOf = ({ mark, at }: Situation): Pick<Known, 'read'> => ({ read: { mark, at: at.toISOString() } });

/** At first contact, what we have nothing to say about stays as Fivaldi has it. */
function asMet(found: Known, { first, content }: Situation): Known {
  if (!first) return found;
  const met = (there: Part, ours: Part): Part =>
    Object.fromEntries(Object.entries(there).map(([name, value]) => [name, ours[name] === null ? null : value]));
  const parts = Object.entries(found.parts).map(
    ([name, { id, as }]) => [name, { id, as: met(as, content.parts[name] ?? {}) }] as const,
  );
  return { ...found, core: found.core && met(found.core, content.core), parts: Object.fromEntries(parts) };
}

/** A part's method answers with the part; its id is the one value of it that only Fivaldi gives. */
function partIdOf(result: unknown): string | null {
  const { addressId, bankAccountId, languageCode } = valuesOf(result, ['addressId', 'bankAccountId', 'languageCode']);
  for (const id of [addressId, bankAccountId, languageCode]) {
    if (typeof id === 'string') return id;
    if (id !== null && typeof id === 'object') return id.decimal;
  }
  return null;
}
