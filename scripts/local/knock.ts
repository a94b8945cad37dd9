import { until } from '../../libs/testing/src/until.ts';
import { runsWith } from './process.ts';

/** What a server's door says: come in, not you (the password is wrong), or nothing yet. */
export type Answer = 'in' | 'refused' | 'silent';

/** Whose door, how to knock once, and how long to go on. */
export interface Door {
  readonly pid: number;
  /** As for `runsWith`. */
  readonly sign: string;
  readonly knock: () => Promise<Answer>;
  /** Milliseconds. */
  readonly within: number;
}

/**
 * Knocks until the server answers, its process is gone, or the time is up.
 *
 *   the door    | the answer
 *   ------------+-----------------------------------------
 *   opens       | in
 *   says no     | refused, at once: waiting changes nothing
 *   process ends| gone, at once
 *   time is up  | silent
 */
export async function knockUntilAnswered({ pid, sign, knock, within }: Door): Promise<Answer | 'gone'> {
  const look = async () => {
    if (!runsWith(pid, sign)) return 'gone';
    const answer = await knock();
    return answer !== 'silent' && answer;
  };
  try {
    return await until(look, { within, what: 'an answer' });
  } catch {
    return 'silent';
  }
}
