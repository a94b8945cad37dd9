import { z } from 'zod';

import { ROLES } from '#lib/policy';

import { keptText } from './kept-text.js';
import { defineQuestion } from './message.js';
import { keeper, roleAssignment } from './principal.js';

const instant = z.iso.datetime({ offset: true });
const address = z.string().max(64).nullable();
const token = z.string().max(200);
const language = z.enum(['fi', 'sv', 'en']);
const personName = z.string().trim().min(1).max(100);
/** Kept in lower case: a person has one account, however their address is typed. */
const email = z.email().max(254).toLowerCase();

/**
 * How far somebody has come in signing in. A session is good for nothing else before it is `open`.
 *
 *   enrolment      the password was right; a first code of the offered second factor is awaited
 *   second-factor  the password was right; a code is awaited
 *   password       both were; the one-time password must be changed
 *   open           signed in
 */
export const SESSION_STAGES = ['enrolment', 'second-factor', 'password', 'open'] as const;
const sessionStage = z.enum(SESSION_STAGES);
export type SessionStage = z.output<typeof sessionStage>;

const personSession = z.object({ token: z.string(), expiresAt: instant, stage: sessionStage });
export type PersonSession = z.output<typeof personSession>;

/** A person's e-mail and password. Unknown, wrong, delayed and switched off look alike: `null`. */
export const signInPerson = defineQuestion({
  pattern: 'auth.person-sign-in.v1',
  service: 'auth',
  ask: z.object({
    email: z.string().max(254),
    password: z.string().max(128),
    address,
    /** Of a session that the browser still holds: it ends when another begins in its place. */
    standing: token.optional(),
  }),
  answer: z.object({
    session: personSession
      .extend({
        /** The secret of a second factor for the person's authenticator, said once; at the stage `enrolment` only. */
        otpauthUri: z.string().nullable(),
      })
      .nullable(),
  }),
});

/**
 * A code of the second factor, or a recovery code, for a session that waits for one. The answer is another session:
 * whoever knew the waiting one's token has nothing of it. `null`: not that code, not now, or no such session.
 */
export const passSecondFactor = defineQuestion({
  pattern: 'auth.second-factor-pass.v1',
  service: 'auth',
  ask: z.object({ token, code: z.string().max(64), address }),
  answer: z.object({
    session: personSession
      .extend({
        /** Ten of them, said once, after an enrolment; each lets in once in place of a code. */
        recoveryCodes: z.array(z.string()).nullable(),
      })
      .nullable(),
  }),
});

/**
 * As gateways of the release before ask while both run: they tell no more than the verified e-mail, so it is good for
 * nobody who is tied to an account by `v2`. Nothing of this release asks it.
 */
export const vouchForEmail = defineQuestion({
  pattern: 'auth.person-vouch.v1',
  service: 'auth',
  ask: z.object({ email: z.string().max(254).nullable(), address }),
  answer: z.object({ session: personSession.nullable() }),
});

/**
 * The identity provider says who this is; `identity` is `null` when it did not vouch for anybody. Somebody is known by
 * issuer and subject, which never change hands; the first time by an e-mail that the provider has verified. Only an
 * active person who is known already gets a session.
 */
export const vouchForPerson = defineQuestion({
  pattern: 'auth.person-vouch.v2',
  service: 'auth',
  ask: z.object({
    identity: z
      .object({
        issuer: z.string().min(1).max(500),
        subject: z.string().min(1).max(255),
        /** `null` unless verified. */
        email: z.string().max(254).nullable(),
      })
      .nullable(),
    address,
  }),
  answer: z.object({ session: personSession.nullable() }),
});

/** Whose session this is and how far it has come; `person` is told of no session that waits for a second factor. */
export const describeSession = defineQuestion({
  pattern: 'auth.person-session-describe.v1',
  service: 'auth',
  ask: z.object({ token }),
  answer: z.object({
    session: z
      .object({
        stage: sessionStage,
        expiresAt: instant,
        person: z
          .object({
            id: z.uuid(),
            email: z.string(),
            name: z.string(),
            language,
            roles: z.array(roleAssignment),
            recoveryCodesLeft: z.int(),
          })
          .nullable(),
      })
      .nullable(),
  }),
});

/** Signs out. `false` when there was nobody to sign out. */
export const closeSession = defineQuestion({
  pattern: 'auth.person-session-close.v1',
  service: 'auth',
  ask: z.object({ token, address }),
  answer: z.object({ closed: z.boolean() }),
});

/** One of a person's open sessions, as its owner sees it. */
const ownSession = z.object({
  id: z.uuid(),
  begunAt: instant,
  /** Of the last call, to the minute. */
  lastUsedAt: instant,
  expiresAt: instant,
  /** Where it was begun. */
  address: z.string().nullable(),
  method: z.enum(['password', 'oidc']),
  /** Whether it is the one that asks. */
  isThis: z.boolean(),
});

/** The open sessions of whoever's session this is, the newest first; `null` when it is not open. */
export const listSessions = defineQuestion({
  pattern: 'auth.person-session-list.v1',
  service: 'auth',
  ask: z.object({ token }),
  answer: z.object({ sessions: z.array(ownSession).nullable() }),
});

/**
 * Ends one session of whoever's session this is, or with `null` all but this one. How many there were; `null` when this
 * one is not open. Others end only where whoever asks has signed in within five minutes or gives their present password.
 */
export const endSessions = defineQuestion({
  pattern: 'auth.person-session-end.v1',
  service: 'auth',
  ask: z.object({
    token,
    sessionId: z.uuid().nullable(),
    address,
    currentPassword: z.string().max(128).optional(),
  }),
  answer: z.object({ ended: z.int().nullable() }),
});

/**
 * Changes the password of whoever's session it is, who knows the present one. All their sessions end; the answer is a
 * new one. `null`: no such session, or not the present password.
 */
export const changePassword = defineQuestion({
  pattern: 'auth.person-password-change.v1',
  service: 'auth',
  ask: z.object({ token, current: z.string().max(128), password: z.string().max(1024), address }),
  answer: z.object({ session: personSession.nullable() }),
});

/** A role inside one environment: the whole of it, or one of its companies. */
export const roleInEnvironment = z.object({ role: z.enum(ROLES), companyId: z.uuid().nullable().default(null) });

/** What a person is to one environment. */
export const memberBody = z.object({ name: personName, roles: z.array(roleInEnvironment).min(1).max(200) });
export const newMemberBody = memberBody.extend({ email, language: language.default('fi') });

/** What a person is altogether; the operator's to say. */
export const personBody = z.object({
  email,
  name: personName,
  language,
  active: z.boolean().default(true),
  roles: z.array(roleAssignment).max(500),
});

/** A person as one environment sees them: nothing that they are elsewhere. */
export const member = z.object({
  personId: z.uuid(),
  email: z.string(),
  name: z.string(),
  roles: z.array(roleInEnvironment),
  mark: z.string(),
});
export type Member = z.output<typeof member>;

/** A person as the operator sees them. The e-mail and the name are `null` once they are erased. */
export const person = z.object({
  personId: z.uuid(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  language,
  active: z.boolean(),
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  erasedAt: instant.nullable(),
  roles: z.array(roleAssignment),
  mark: z.string(),
});
export type Person = z.output<typeof person>;

const page = z.object({ cursor: z.uuid().nullable().default(null), limit: z.int().min(1).max(200).default(50) });

/** The people of one environment, in the order of their ids. */
export const listMembers = defineQuestion({
  pattern: 'auth.member-list.v1',
  service: 'auth',
  ask: page.extend({ environmentId: z.uuid(), personId: z.uuid().optional() }),
  answer: z.object({ people: z.array(member), next: z.uuid().nullable() }),
});

/** Everybody, in the order of their ids. */
export const listPeople = defineQuestion({
  pattern: 'auth.person-list.v1',
  service: 'auth',
  ask: page.extend({ personId: z.uuid().optional() }),
  answer: z.object({ people: z.array(person), next: z.uuid().nullable() }),
});

/** Whose doing a change is, and from which address. */
const doing = z.object({ by: keeper, address });

/**
 * Puts a person in place, whole. `personId` absent makes a new one; a new member whose e-mail is known already is that
 * very person, of whom nothing is told but what was asked for. `ifMark`: as in `saveRule`.
 */
export const savePerson = defineQuestion({
  pattern: 'auth.person-save.v1',
  service: 'auth',
  ask: doing.extend({
    change: z.discriminatedUnion('of', [
      z.object({ of: z.literal('new-member'), environmentId: z.uuid(), body: newMemberBody }),
      z.object({
        of: z.literal('member'),
        environmentId: z.uuid(),
        personId: z.uuid(),
        ifMark: z.string().max(64),
        body: memberBody,
      }),
      z.object({ of: z.literal('new-person'), body: personBody }),
      z.object({
        of: z.literal('person'),
        personId: z.uuid(),
        ifMark: z.string().max(64),
        body: personBody,
        /** The present password of whoever asks, who needs it to change their own e-mail. */
        currentPassword: z.string().max(128).optional(),
      }),
    ]),
  }),
  answer: z.object({ personId: z.uuid(), mark: z.string() }),
});

const onPerson = doing.extend({
  personId: z.uuid(),
  /** The environment that it is done for; `null`: the operator, for all of them. */
  environmentId: z.uuid().nullable(),
});

/** Takes every role in the environment away; with no environment, every role there is, and switches the person off. */
export const removePerson = defineQuestion({
  pattern: 'auth.person-remove.v1',
  service: 'auth',
  ask: onPerson,
  answer: z.object({}),
});

/** A one-time password, said once. It ends after 24 hours and must be changed. */
export const resetPassword = defineQuestion({
  pattern: 'auth.person-password-reset.v1',
  service: 'auth',
  ask: onPerson,
  answer: z.object({ password: z.string(), expiresAt: instant }),
});

/**
 * How a keeper made sure whom they speak to before the second factor of somebody goes: as surely as when the account was
 * made. A meeting, or a call to the number that the firm itself has had; and what happened, for whoever asks later.
 */
export const identityProof = z.strictObject({
  provenBy: z.enum(['meeting', 'call-back']),
  reason: keptText(500).trim().min(10),
});

/**
 * Forgets the second factor, for somebody who has lost it; the next sign-in enrols another. Version 1, which gateways of
 * the release before ask, told no proof and is answered by nobody: they do it once they are of this release.
 */
export const removeSecondFactor = defineQuestion({
  pattern: 'auth.second-factor-remove.v2',
  service: 'auth',
  ask: onPerson.extend({ proof: identityProof }),
  answer: z.object({}),
});

/** Forgets who a person was, for good: their id and what is in the audit log under it stay. The operator's alone. */
export const erasePerson = defineQuestion({
  pattern: 'auth.person-erase.v1',
  service: 'auth',
  ask: doing.extend({ personId: z.uuid() }),
  answer: z.object({}),
});

/** Every question of this file. */
export const PEOPLE_QUESTIONS = {
  signInPerson,
  passSecondFactor,
  vouchForEmail,
  vouchForPerson,
  describeSession,
  closeSession,
  listSessions,
  endSessions,
  changePassword,
  listMembers,
  listPeople,
  savePerson,
  removePerson,
  resetPassword,
  removeSecondFactor,
  erasePerson,
} as const;
