import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CRASH_POINTS } from '../../libs/service/src/crash-point.ts';
import { crashAt } from './crash.ts';
import { full } from './full.ts';
import { sharedServers } from './ground.ts';
import { Stage } from './stage.ts';

/** One for each service, one for the relay that they all have, and the only one that an export gets to alone. */
const SHORT = [
  'gateway.after-accept-commit',
  'connector.before-finish-commit',
  'connector.while-exporting',
  'relay.after-confirm',
  'audit.after-commit',
  'auth.before-decision-commit',
] as const;

/** Where the second time is another situation: the decision at execution, the ticket of the document behind. */
const AGAIN = ['auth.after-decision-commit#2', 'connector.after-finish-commit#2', 'relay.after-confirm#2'] as const;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open(await sharedServers());
}, 120_000);
afterAll(() => stage?.close(), 60_000);

describe('a service that is killed with a document in its hands', () => {
  it.each(full ? [...CRASH_POINTS, ...AGAIN] : SHORT)(
    'at %s: every accepted document is carried out once',
    async (label) => {
      const { died, violations } = await crashAt(stage, label);
      expect(died).toBe('SIGKILL');
      expect(violations).toEqual([]);
    },
    180_000,
  );
});
