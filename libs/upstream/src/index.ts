/**
 * The partners' own interfaces, as clients: signed requests, time limits, size limits, families of errors.
 *
 * Start with a client: `fivaldi-client.ts`, `netvisor/netvisor-client.ts`, `severa/severa-client.ts`; what an answer means
 * stands beside each. Knows HTTP and nothing of databases, registers or who may do what. An expected "no" is a value.
 * Nothing here is repeated by itself, since every request costs one of the few that a partner has each second; only what
 * Severa refused for its token goes out once more with a new one.
 */
export { type Answer, type Complaint, complaintsIn, type ErrorFamily, type RateLimits } from './answer.js';
export { DEFAULT_LIMITS, type ExchangeLimits, TOO_LARGE } from './exchange.js';
export { FivaldiClient, type FivaldiClientOptions, type FivaldiRequest } from './fivaldi-client.js';
export { type Decimal, type Json, jsonText } from './json.js';
export { type SeveraReply } from './severa/severa-answer.js';
export { SeveraClient, type SeveraClientOptions } from './severa/severa-client.js';
export { type KeyReply } from './severa/severa-key.js';
export { Pages, PagesDoNotEnd, type SeveraCredentials, type SeveraRequest } from './severa/severa-request.js';
export { netvisorCodes } from './netvisor/element-order.js';
export { attributeOf, child, children, element, type NetvisorElement, textAt } from './netvisor/element.js';
export {
  NETVISOR_LIMITS,
  NetvisorClient,
  type NetvisorClientOptions,
  type NetvisorCredentials,
  type NetvisorRequest,
} from './netvisor/netvisor-client.js';
export { type NetvisorReply, type NetvisorRows } from './netvisor/reply.js';
export { type Signable, signature, stringToSign } from './signature.js';
