import { z } from 'zod';

import { defineQuestion } from './message.js';
import { environmentBody } from './rules.js';

const environment = environmentBody.extend({ environmentId: z.uuid(), mark: z.string().max(64) });
export type EnvironmentEntry = z.output<typeof environment>;

/** A page of environments by name; `among` narrows it to those that the asker's roles reach, `null` to none. */
export const listEnvironments = defineQuestion({
  pattern: 'auth.environment-list.v1',
  service: 'auth',
  ask: z.object({
    among: z.array(z.uuid()).max(500).nullable(),
    search: z.string().max(100).optional(),
    cursor: z.string().max(600).optional(),
    limit: z.int().min(1).max(200).default(50),
  }),
  answer: z.object({ environments: z.array(environment), next: z.string().nullable() }),
});

/** One environment, with the mark that a change of it must carry; `null` when there is none. */
export const showEnvironment = defineQuestion({
  pattern: 'auth.environment-show.v1',
  service: 'auth',
  ask: z.object({ environmentId: z.uuid() }),
  answer: z.object({ environment: environment.nullable() }),
});

export const ENVIRONMENT_QUESTIONS = { listEnvironments, showEnvironment } as const;
