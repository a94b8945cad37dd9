import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { WITHHELD } from '../../apps/auth/src/rules/partner-user.ts';
import * as contracts from '../../libs/contracts/src/index.ts';
import { waysTo } from '../../libs/policy/src/index.ts';

const {
  describeSession,
  member,
  memberBody,
  newMemberBody,
  partnerUserForm,
  person,
  personBody,
  showPartnerUserInCompany,
  shownPartnerUser,
  showServiceManagement,
} = contracts;

const PAGE = readFileSync(new URL('../../docs/reference/field-rules.md', import.meta.url), 'utf8');
/** The rows of the table under a heading: its field, then a cell for each who reads or writes. */
const tableUnder = (heading: string): readonly (readonly string[])[] =>
  (PAGE.split(`\n## ${heading}\n`)[1] ?? '')
    .split('\n## ', 1)[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );

type Shape = Readonly<Record<string, unknown>>;
const fieldsOf = (...shapes: readonly Shape[]): ReadonlySet<string> => {
  const fields = shapes.flatMap((shape) => Object.keys(shape)).filter((field) => field !== 'mark');
  return new Set(fields);
};
const cell = (...said: readonly (string | false)[]): string => said.filter((one) => one !== false).join(', ') || '—';

describe('who reads and writes which field', () => {
  it('of a partner user is on the page as the schemas have it', () => {
    const all = shownPartnerUser.shape;
    const inCompany = showPartnerUserInCompany.answer.shape;
    const inTree = showServiceManagement.answer.shape.partnerUsers.element.shape;
    const seen = fieldsOf(inCompany, inTree, { id: inTree.partnerUserId });
    const standing = [...fieldsOf(all, partnerUserForm.shape)].map((field) => [
      field,
      cell(field in all && 'reads', field in partnerUserForm.shape && 'writes'),
      // What is not for all who may ask is absent from the answer.
      cell(field in all && !(all[field as keyof typeof all] instanceof z.ZodOptional) && 'reads'),
      cell(seen.has(field) && 'reads'),
      cell(field !== 'id' && !(WITHHELD as readonly string[]).includes(field) && 'keeps'),
    ]);
    expect(tableUnder('Partner user')).toEqual(standing);
    expect(waysTo('partner-user.manage')).toEqual([['operator']]);
  });

  it('of a person is on the page as the schemas have it', () => {
    const inSession = describeSession.answer.shape.session.unwrap().shape.person.unwrap().shape;
    const own = fieldsOf(inSession, { personId: inSession.id });
    const standing = [...fieldsOf(person.shape, { recoveryCodesLeft: inSession.recoveryCodesLeft })].map((field) => [
      field,
      cell(field in person.shape && 'reads', field in personBody.shape && 'writes'),
      cell(
        field in member.shape && 'reads',
        field in memberBody.shape ? 'writes' : field in newMemberBody.shape && 'writes when new',
      ),
      cell(own.has(field) && 'reads'),
    ]);
    expect(tableUnder('Person')).toEqual(standing);
    // Nothing can be written that is nobody's to read.
    const written = fieldsOf(personBody.shape, newMemberBody.shape, memberBody.shape);
    expect([...written].filter((field) => !(field in person.shape))).toEqual([]);
  });

  it('that lets somebody in: no other answer of any service holds one', () => {
    const said = tableUnder('What lets somebody in').map(([question, field]) => `${question} ${field}`);
    const standing = Object.values(contracts).flatMap((one: unknown) => (isQuestion(one) ? secretsIn(one) : []));
    expect([...new Set(standing)].sort()).toEqual(said.sort());
  });
});

interface Question {
  readonly pattern: string;
  readonly answer: z.ZodType;
}
const isQuestion = (one: unknown): one is Question =>
  typeof one === 'object' && one !== null && 'pattern' in one && 'answer' in one;

const SECRET = /password|secret|token|otpauth|recoverycodes|(api|partner|private)_?key|credential|seed$/i;
type Json = Readonly<Record<string, unknown>>;

/** The texts of an answer whose names say that they are secret. */
function secretsIn({ pattern, answer }: Question): readonly string[] {
  const found: string[] = [];
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    for (const [name, field] of Object.entries(((schema as Json)['properties'] ?? {}) as Json)) {
      if (SECRET.test(name) && isText(field)) found.push(`${pattern} ${name}`);
    }
    Object.values(schema).forEach(visit);
  };
  visit(z.toJSONSchema(answer, { unrepresentable: 'any' }));
  return found;
}

/** A text or a list of texts, though it may be absent; an enumeration is no secret. */
function isText(schema: unknown): boolean {
  const { type, items, anyOf, enum: choices } = schema as Json & { readonly anyOf?: readonly unknown[] };
  if (anyOf) return anyOf.some(isText);
  return type === 'array' ? isText(items) : [type].flat().includes('string') && choices === undefined;
}
