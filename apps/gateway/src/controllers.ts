import type { Type } from '@nestjs/common';

import { DecisionsController } from './decisions.controller.js';
import { ImportsController } from './imports.controller.js';
import { OperatorController } from './operator.controller.js';
import { SessionController } from './session.controller.js';
import { TransferHistoryController } from './transfer-history.controller.js';
import { TransfersController } from './transfers.controller.js';

/** Every route of the gateway is in one of these, and says at its door whom it lets in (`door.ts`). */
export const CONTROLLERS: Type[] = [
  ImportsController,
  TransfersController,
  TransferHistoryController,
  SessionController,
  DecisionsController,
  OperatorController,
];
