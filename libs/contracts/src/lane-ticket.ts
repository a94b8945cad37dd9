import { z } from 'zod';

import { defineMessage } from './message.js';

/**
 * A lane has work: whoever takes this ticket carries out one transfer of it.
 *
 * A lane has at most one valid ticket. The lane's row says which one; any other
 * is a duplicate or a leftover and changes nothing.
 */
export const laneTicket = defineMessage({
  type: 'fivaldi.lane-ticket.v1',
  queue: 'fivaldi.lane-tickets',
  schema: z.object({
    laneId: z.uuid(),
    ticket: z.uuid(),
    /** More was waiting in the lane when its last transfer ended: this ticket gives way to lanes that had rested. */
    followsOn: z.boolean().default(false),
  }),
});
export type LaneTicket = z.output<typeof laneTicket.schema>;
