import { createHash } from 'node:crypto';

import type { LinkSettings } from '#lib/contracts';
import type { SeveraRequest } from '#lib/upstream';

import type { Flow, Incoming, JsonObject, Known, Objection, Situation, Step } from '../engine/flow.js';
import { severaBody } from './good-answer.js';
import type { PurchaseLine } from './purchase-line.js';
import { completed, factIn, factRequest, factsOf, missingFact } from './purchase-line-facts.js';
import { readPurchaseLines } from './purchase-line-source.js';
import { objectsOf, textIn } from './severa-json.js';

const HOME_CURRENCY = 'EUR';
const LONGEST_NAME = 200;

/** Stands for the key of a fee that may be there: what is known of it must not be forgotten while it is looked for. */
const SOUGHT = '?';

/**
 * Lines of purchase invoices [ostolaskurivit], Netvisor to Severa: each becomes a fee of the project that it names, with
 * the line as its cost, and as its price where costs are billed on.
 *
 *   the line                                          | next
 *   --------------------------------------------------+----------------------------------------------------------
 *   may have arrived: the answer was lost             | look for its mark through the fees of the project it went to
 *   … not on this page of them                        | the next page
 *   … on none                                         | write; after an answer without its guid, reject: repeat-unsafe
 *   is in Severa as it was sent                       | done
 *   is in Severa, and was changed in Netvisor         | reject: changed-after-transfer
 *   lacks its project or its product                  | look-up in Severa, each time it is tried
 *   breaks a rule                                     | reject
 *   otherwise                                         | write; not repeatable
 *
 * A fee of ours ends its description with the keys of its line, which is what it is found by. `known.page`: from where the
 * look-up goes on; `known.tried`: what was sent, and to which project, until it is known whether it arrived; `known.sent`:
 * what was sent, as a hash; a person who says that the line is there has sent none.
 *
 * Source: contracts/netvisor §4.11, §5.7; severa §3.3.
 */
export const purchaseLines: Flow = {
  name: 'purchase-lines',
  stream: 'severa-ostolaskurivit',
  direction: 'export',
  source: 'netvisor',
  whole: false,
  mode: ({ purchaseLines: { mode, projectHeader } }) => (projectHeader === null ? 'off' : mode),
  every: (settings) => settings.registersEveryMinutes,
  read: readPurchaseLines,

  next(situation) {
    const { source, known, settings } = situation;
    if (source === null) return { do: 'done' };
    const line = completed(lineIn(source), known);
    const sought = isSought(situation);
    if (known?.key != null && !sought) {
      if (known['sent'] === undefined || known['sent'] === hashOf(line)) return { do: 'done' };
      return { do: 'reject', objections: [{ cause: 'changed-after-transfer', field: line.invoiceNumber ?? '' }] };
    }
    const tried = triedIn(known);
    if (sought && tried) return lookUp(tried.project, known);
    const fact = sought ? null : missingFact(line, known, settings);
    if (fact !== null) return ask(factRequest(fact, line, settings));
    const [first, ...others] = purchaseObjections(line, settings);
    if (first) return { do: 'reject', objections: [first, ...others] };
    const project = line.projects[0] ?? '';
    if (sought) return lookUp(project, known);
    if (known?.['made'] === true) return { do: 'reject', objections: [{ cause: 'repeat-unsafe' }] };
    const request: SeveraRequest = {
      method: 'POST',
      path: ['projectfees'],
      body: feeOf(situation.key, line, settings),
    };
    return {
      do: 'write',
      operation: 'create',
      call: { system: 'severa', request },
      repeatable: false,
      known: { ...known, key: null, tried: { project, sent: hashOf(line) } },
    };
  },

  learn(situation, step, incoming) {
    const { source, known, settings } = situation;
    const line = completed(lineIn(source ?? {}), known);
    const facts = factsOf(known);
    const body = severaBody(incoming);
    // Made, but not told under which guid: it has to be found, and never made again.
    const tried = triedIn(known);
    const blind: Known = { ...facts, key: SOUGHT, page: '', made: true, ...(tried && { tried }) };
    if (step.do === 'write') return madeOf(textIn(objectsOf(body)[0] ?? {}, 'guid'), hashOf(line), facts) ?? blind;
    const fact = isSought(situation) ? null : missingFact(line, known, settings);
    if (fact !== null) return { ...known, key: null, [fact]: factIn(fact, body, line, settings) };
    const found = objectsOf(body).find((fee) => textIn(fee, 'description')?.endsWith(markOf(situation.key)));
    const kept = { ...facts, ...(known?.['made'] === true && { made: true }) };
    const page = nextPageOf(incoming);
    return (
      madeOf(found ? textIn(found, 'guid') : null, tried?.sent ?? hashOf(line), facts) ??
      (page === null ? { ...kept, key: null } : { ...kept, key: SOUGHT, page, ...(tried && { tried }) })
    );
  },
};

const lineIn = (content: JsonObject): PurchaseLine => content as unknown as PurchaseLine;

const isSought = ({ unsure, known }: Situation): boolean => unsure !== null || typeof known?.['page'] === 'string';

const madeOf = (key: string | null, sent: string, facts: JsonObject): Known | null =>
  key === null ? null : { ...facts, key, sent };

interface Tried extends JsonObject {
  readonly project: string;
  readonly sent: string;
}

const triedIn = (known: Known | null): Tried | undefined => known?.['tried'] as Tried | undefined;

const nextPageOf = (incoming: Incoming): string | null =>
  incoming.system === 'severa' && incoming.reply.as === 'ok' ? incoming.reply.nextPageToken : null;

function lookUp(project: string, known: Situation['known']): Step {
  const page = known?.['page'];
  const query = [
    ['rowCount', '100'] as const,
    ...(typeof page === 'string' && page ? [['pageToken', page] as const] : []),
  ];
  return ask({ method: 'GET', path: ['projects', project, 'projectfees'], query });
}

const ask = (request: SeveraRequest): Step => ({
  do: 'ask',
  operation: 'look-up',
  call: { system: 'severa', request },
});

/**
 * What keeps a line from moving.
 *
 *   the line                                                  | cause
 *   ----------------------------------------------------------+-------------------------
 *   names an item that none of Severa's projects moved as     | purchase-project-unknown
 *   names one that several did                                | purchase-project-ambiguous
 *   is of an invoice in another currency                      | purchase-currency
 *   has a VAT code other than `-` and KOOS, or no sum for it  | purchase-vat-code
 *   is to be booked on a product that Severa does not have    | purchase-product-missing
 */
function purchaseObjections(
  line: PurchaseLine,
  { purchaseLines: { productCode } }: LinkSettings,
): readonly Objection[] {
  const { projects, projectItem, foreignCurrency } = line;
  const objections: (Objection | false)[] = [
    projects.length === 0 && { cause: 'purchase-project-unknown', field: 'project', message: projectItem },
    projects.length > 1 && { cause: 'purchase-project-ambiguous', field: 'project', message: projectItem },
    foreignCurrency !== null && { cause: 'purchase-currency', field: 'currency', message: foreignCurrency },
    amountOf(line) === null && { cause: 'purchase-vat-code', field: 'vatCode', message: line.vatCode },
    productCode !== null &&
      line.product === null && {
        cause: 'purchase-product-missing',
        field: 'product',
        message: productCode,
      },
  ];
  return objections.filter((objection) => objection !== false);
}

/**
 * The sum that goes to Severa (contract §5.7); other codes are not documented.
 *
 *   VAT code    | sum
 *   ------------+-------------------
 *   `-`, NONE   | with its tax
 *   KOOS        | without
 *   any other   | `null`
 */
export function amountOf({ vatCode, gross, net }: PurchaseLine): string | null {
  if (vatCode === 'KOOS') return net;
  return vatCode === '-' || vatCode === 'NONE' ? gross : null;
}

/** The fee, as Severa takes it: one of the whole sum, so that nothing is rounded. */
function feeOf(key: string, line: PurchaseLine, { purchaseLines: { billable } }: LinkSettings): object {
  const money = (amount: string): object => ({ amount: { decimal: plain(amount) }, currencyCode: HOME_CURRENCY });
  const cost = amountOf(line) ?? '0';
  const words = [line.vendor, line.invoiceNumber].filter((word) => word !== null).join(' ');
  return {
    project: { guid: line.projects[0] },
    ...(line.product !== null && { product: { guid: line.product } }),
    name: (line.description ?? words).slice(0, LONGEST_NAME),
    description: [words, markOf(key)].join(' ').trim(),
    ...(line.date !== null && { eventDate: line.date }),
    quantity: 1,
    unitCost: money(cost),
    unitPrice: money(billable ? cost : '0'),
    isBillable: billable,
  };
}

/** By what a fee of ours is told from those that people make. */
const markOf = (key: string): string => `[Netvisor ${key}]`;

/** As JSON writes numbers: no zeros but one before the point. */
const plain = (amount: string): string => amount.replace(/^(-?)0+(?=\d)/, '$1');

/** What of a line would make another fee of it; a project's new name does not. */
function hashOf(line: PurchaseLine): string {
  const parts = [line.invoiceNumber, line.date, line.gross, line.net, line.vatCode, line.projects, line.description];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
