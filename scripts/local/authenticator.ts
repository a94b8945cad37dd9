import { TOTP, URI } from 'otpauth';

export function authenticatorOf(otpauthUri: string): TOTP {
  const authenticator = URI.parse(otpauthUri);
  if (!(authenticator instanceof TOTP)) throw new Error('This is not what an authenticator takes in');
  return authenticator;
}

/**
 * Gives a code as its owner would, `otpauthUri` being what their authenticator took in: where the half-minute of the
 * code ended on its way, the next one too. `isTaken` says of an answer whether the code was.
 */
export async function giveCode<Answer>(
  otpauthUri: string,
  give: (code: string) => Promise<Answer>,
  isTaken: (answer: Answer) => boolean,
): Promise<Answer> {
  const authenticator = authenticatorOf(otpauthUri);
  for (;;) {
    const step = authenticator.counter();
    const answer = await give(authenticator.generate());
    if (isTaken(answer) || authenticator.counter() === step) return answer;
  }
}
