import { listLinkHistory, listLinkTroubles, retryLinkRecords } from './link-history.js';
import { listLinkRecords, listLinkRuns, requestLinkRun } from './link-runs.js';
import {
  acknowledgePhase,
  checkLink,
  listLinkResources,
  requestComparison,
  saveLink,
  saveLinkCredentials,
  showComparison,
  showLink,
  turnLink,
} from './links.js';

/** Every question about links that the service `severa` answers. */
export const LINK_QUESTIONS = {
  showLink,
  saveLink,
  saveLinkCredentials,
  checkLink,
  acknowledgePhase,
  turnLink,
  listLinkResources,
  requestComparison,
  showComparison,
  requestLinkRun,
  listLinkRuns,
  listLinkRecords,
  listLinkHistory,
  listLinkTroubles,
  retryLinkRecords,
} as const;
