import type { Bus, Consumer } from '#lib/bus';
import { onboardingWork } from '#lib/contracts';

import type { OnboardingWork } from './onboarding-work.js';

/** Two at once: onboardings of one environment take turns anyway, and decisions must not wait for either. */
const AT_ONCE = 2;

/** Dry runs and commits, in the background. A message is acked when there is nothing left to do. */
export function consumeOnboardings(bus: Bus, work: OnboardingWork): Consumer {
  return bus.consume(onboardingWork, { prefetch: AT_ONCE, handle: ({ data }) => work.run(data) });
}
