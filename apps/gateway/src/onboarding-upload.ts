import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

import type { QuestionClient } from '#lib/bus';
import {
  cancelOnboarding,
  closeOnboarding,
  type Keeper,
  ONBOARDING_FILE_BYTES,
  ONBOARDING_PART_BYTES,
  openOnboarding,
  sendOnboardingPart,
} from '#lib/contracts';

import { RequestUnfit, SenderStalled } from './errors.js';

/** How long a sender may send nothing in the middle of a file, in seconds. */
const SILENCE = 60;

export interface OnboardingUpload {
  readonly within: { readonly by: Keeper; readonly environmentId: string; readonly address: string | null };
  readonly body: Readable;
  readonly form: 'csv' | 'xlsx';
  readonly charset: string | null;
}

/**
 * Hands a file on to the auth service, part by part, and returns the onboarding's id once it is there as a whole.
 *
 * The rows of an onboarding are auth's, and so are its bytes: as questions they stay behind one door, and each is
 * small. One part is in memory at a time. What breaks off is cancelled; where even that fails, it is forgotten later.
 */
export async function uploadOnboarding(questions: QuestionClient, upload: OnboardingUpload): Promise<string> {
  const { within, form, charset } = upload;
  const { onboardingId } = await questions.ask(openOnboarding, { ...within, form, charset });
  try {
    const sent = await sendParts(questions, upload, onboardingId);
    await questions.ask(closeOnboarding, { ...within, onboardingId, ...sent });
    return onboardingId;
  } catch (error) {
    await questions.ask(cancelOnboarding, { ...within, onboardingId }).catch(() => undefined);
    throw error;
  }
}

async function sendParts(
  questions: QuestionClient,
  { within: { environmentId }, body }: OnboardingUpload,
  onboardingId: string,
): Promise<{ readonly parts: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let parts = 0;
  let bytes = 0;
  for await (const part of partsOf(body)) {
    bytes += part.length;
    if (bytes > ONBOARDING_FILE_BYTES) throw tooLarge();
    hash.update(part);
    const data = part.toString('base64');
    await questions.ask(sendOnboardingPart, { environmentId, onboardingId, no: parts, data });
    parts += 1;
  }
  return { parts, sha256: hash.digest('base64') };
}

export const tooLarge = (): RequestUnfit =>
  new RequestUnfit(
    'oversized',
    'onboarding-file.too-large',
    `The file is larger than ${ONBOARDING_FILE_BYTES} bytes: split it`,
  );

/** The body in parts of one size, the last one shorter. */
async function* partsOf(body: Readable): AsyncGenerator<Buffer> {
  // Leaving the body early must not destroy it: that would take the socket, and with it the answer that says why.
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  let waiting = Buffer.alloc(0);
  try {
    for (let chunk = await next(chunks); chunk !== undefined; chunk = await next(chunks)) {
      waiting = Buffer.concat([waiting, chunk]);
      for (; waiting.length >= ONBOARDING_PART_BYTES; waiting = waiting.subarray(ONBOARDING_PART_BYTES)) {
        yield waiting.subarray(0, ONBOARDING_PART_BYTES);
      }
    }
    if (waiting.length > 0) yield waiting;
  } finally {
    void chunks.return?.();
  }
}

async function next(chunks: AsyncIterator<Buffer, undefined>): Promise<Buffer | undefined> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new SenderStalled(SILENCE)), SILENCE * 1000);
  try {
    return (await Promise.race([chunks.next(), late.promise])).value;
  } catch (error) {
    throw error instanceof SenderStalled ? error : new SenderStalled(SILENCE, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
