/**
 * Transfers, their items and documents, and the lanes they queue in.
 *
 * Start with `acceptance.ts`, where a document becomes ours, and `lane.ts`,
 * which keeps order and fairness. Shared by the gateway and the connectors.
 */
export {
  type Acceptance,
  type Accepted,
  acceptExport,
  acceptTransfer,
  type ExportAcceptance,
  findAccepted,
} from './acceptance.js';
export { type Beginning, beginTransfer } from './beginning.js';
export { DocumentWriter, forgetAttempts, readDocument, type StoredDocument, sweepUploads } from './document-store.js';
export { type LaneName, waitingInLane } from './lane-length.js';
export { LaneSuperseded, UploadForgotten } from './errors.js';
export { finishExport } from './export-log.js';
export {
  type Claim,
  claimTransfer,
  type ExportClaim,
  holdLane,
  type ImportClaim,
  passLaneOn,
  resendOldTickets,
  returnAttempt,
  type TicketOutcome,
  wakeAfterChange,
  wakeLanes,
} from './lane.js';
export { transfersMigrations } from './migrations/index.js';
export { type Replayed, replayTransfer } from './replay.js';
export { findSameUnfinished, type SentDocument } from './same-document.js';
export {
  type ExportEffect,
  type ExportRequest,
  isTerminal,
  ITEM_OUTCOMES,
  type ItemOutcome,
  type Transfer,
  type TransferEffect,
  TRANSFER_STATES,
  type TransferProblem,
  type TransferState,
} from './transfer.js';
export { type HistoryFilter, type HistoryPlace, listTransfers } from './transfer-history.js';
export {
  cancelTransfer,
  deferTransfer,
  effectMark,
  findTransfer,
  finishTransfer,
  holdTransfer,
  type Intervening,
  type Intervention,
  type Item,
  listItems,
  releaseTransfer,
  type TransferEnd,
} from './transfer-log.js';
