import { badBody, badParameter, jsonAnswer, notFound } from './exception.js';
import { writable, wrongIn } from './field.js';
import type { Filter } from './filter.js';
import { type Given, isGiven, type Model, type RegisterName } from './model.js';
import type { Organisation } from './organisation.js';
import type { Outcome } from './outcome.js';
import { fitting, matching, page, type Paging, pagingParameters } from './page.js';
import { patched } from './patch.js';
import { change, create, type RecordKind } from './record.js';

/** One call that is let in, has its scope and, where it has a body, JSON in it. */
export interface Call {
  readonly organisation: Organisation;
  /** Of the path; empty where it has none. */
  readonly guid: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly now: Date;
}

/** One operation of the interface. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** As published, after the version: `/customers/{guid}`. */
  readonly path: string;
  readonly scope: string;
  readonly parameters: readonly string[];
  readonly handle: (call: Call) => Outcome;
}

/** The records of a register that stand under the record in the path; null when that one is not there. */
export type Under = (call: Call) => ((model: Model) => boolean) | null;

interface Listing {
  readonly paging: Paging;
  readonly filters?: readonly Filter[];
  readonly under?: Under;
}

const everything = (): boolean => true;

export function list(
  path: string,
  register: RegisterName,
  scope: string,
  { paging, filters = [], under = () => everything }: Listing,
): Operation {
  const parameters = [...pagingParameters(paging), ...filters.map(({ name }) => name)];
  const handle = (call: Call): Outcome => {
    const { organisation, query } = call;
    const of = under(call);
    if (!of) return { answer: notFound() };
    const fits = fitting(query, filters, organisation);
    if ('bad' in fits) return { answer: badParameter(fits.bad, 'The value is not valid.') };
    const { largePages } = organisation.settings;
    return page(organisation.register(register), matching(fits, of), query, paging, largePages);
  };
  return { method: 'GET', path, scope, parameters, handle };
}

export const reading = (
  path: string,
  scope: string,
  handle: Operation['handle'],
  parameters: readonly string[] = [],
): Operation => ({ method: 'GET', path, scope, parameters, handle });

/** `/register/{guid}` */
export const single = (register: RegisterName, scope: string): Operation =>
  reading(`/${register}/{guid}`, scope, ({ organisation, guid }) => {
    const model = organisation.register(register).get(guid);
    return { answer: model ? jsonAnswer(200, organisation.register(register).textOf(model)) : notFound() };
  });

/** What a new record has besides its body; null when the record in the path is not there. */
type Besides = (call: Call) => Given | null;

export const creating = (
  path: string,
  kind: RecordKind,
  scope: string,
  { besides = () => ({}), asList = false }: { besides?: Besides; asList?: boolean } = {},
): Operation => ({
  method: 'POST',
  path,
  scope,
  parameters: [],
  handle: (call) => {
    const { organisation, body, now } = call;
    const more = besides(call);
    if (!more) return { answer: notFound() };
    if (!isGiven(body)) return { answer: badBody('InvalidRequest', { name: '', message: 'An object is required.' }) };
    const wrong = wrongIn({ ...body, ...more }, kind.fields, organisation);
    if (wrong.length > 0) return { answer: badBody('InvalidParameter', ...wrong) };
    const model = create(kind, organisation, { ...writable(body), ...more }, now);
    const shown = organisation.register(kind.register).get(model.guid) ?? model;
    return {
      answer: jsonAnswer(201, JSON.stringify(asList ? [shown] : shown)),
      changes: [{ register: kind.register, guid: model.guid, effect: 'created' }],
    };
  },
});

/** Why a change that is well-formed is refused all the same; null when it is not. */
type Objecting = (model: Model, given: Given, organisation: Organisation) => string | null;

/** `/register/{guid}`. Most operations answer a patch with a list of the one record. */
export const patching = (
  kind: RecordKind,
  scope: string,
  { objecting = () => null, asList = true }: { objecting?: Objecting; asList?: boolean } = {},
): Operation => ({
  method: 'PATCH',
  path: `/${kind.register}/{guid}`,
  scope,
  parameters: [],
  handle: ({ organisation, guid, body, now }) => {
    const model = organisation.register(kind.register).get(guid);
    if (!model) return { answer: notFound() };
    const patch = patched(body, model, kind.fields, organisation);
    if ('refused' in patch) return { answer: patch.refused };
    const objection = objecting(model, patch.given, organisation);
    if (objection !== null) return { answer: badBody('InvalidOperation', { name: '', message: objection }) };
    const after = change(kind, organisation, model, patch.given, now);
    return {
      answer: jsonAnswer(200, JSON.stringify(asList ? [after] : after)),
      changes: [{ register: kind.register, guid, effect: 'changed' }],
    };
  },
});
