/**
 * The engine of the links and nothing else, as a process: works until it is told to stop. It runs the build beside it.
 * Whoever forks it answers its questions to the rules, and is told its peak memory when it asks.
 */
import { credentialsOf, IMPATIENT, PARTNER } from './installation.ts';

type Parts = import('../../apps/severa-connector/src/engine/work.js').EngineParts;
type Answer = Awaited<ReturnType<Parts['decide']>>;

/** What is said from here, and what is answered. */
export type Said =
  | { readonly ask: number; readonly question: Parameters<Parts['decide']>[0] }
  | { readonly peakBytes: number }
  | { readonly started: true };
export type Told = { readonly to: number; readonly answer: Answer } | { readonly ask: 'peakBytes' };

const dist = (path: string): string => new URL(`../../dist/${path}.js`, import.meta.url).href;
const ENGINE = 'apps/severa-connector/src/engine';

const [databaseUrl = '', netvisorUrl = '', severaUrl = '', soapUrl = '', workers = '1'] = process.argv.slice(2);
const { Database } = (await import(dist('libs/store/src/index'))) as typeof import('../../libs/store/src/index.js');
const { createLog } = (await import(
  dist('libs/service/src/index')
)) as typeof import('../../libs/service/src/index.js');
const { Turns } = (await import(
  dist(`${ENGINE}/turns`)
)) as typeof import('../../apps/severa-connector/src/engine/turns.js');
const { LedgerBook } = (await import(
  dist(`${ENGINE}/ledger-book`)
)) as typeof import('../../apps/severa-connector/src/engine/ledger-book.js');
const { Mover } = (await import(
  dist(`${ENGINE}/mover`)
)) as typeof import('../../apps/severa-connector/src/engine/mover.js');
const { LinkLoop } = (await import(
  dist(`${ENGINE}/link-loop`)
)) as typeof import('../../apps/severa-connector/src/engine/link-loop.js');
const { RequestBudget } = (await import(
  dist(`${ENGINE}/request-budget`)
)) as typeof import('../../apps/severa-connector/src/engine/request-budget.js');
const { FLOWS } = (await import(
  dist('apps/severa-connector/src/flows/index')
)) as typeof import('../../apps/severa-connector/src/flows/index.js');
const { systemsOf } = (await import(
  dist('apps/severa-connector/src/systems')
)) as typeof import('../../apps/severa-connector/src/systems.js');

const log = createLog('links', 'warn');
const database = await Database.open({ url: databaseUrl, name: 'links', poolSize: 12 });
const budget = new RequestBudget(database);
const systems = systemsOf(
  {
    SEVERA_URL: severaUrl,
    SEVERA_SOAP_URL: soapUrl,
    NETVISOR_PRODUCTION_URL: netvisorUrl,
    NETVISOR_TRAINING_URL: netvisorUrl,
    NETVISOR_PARTNER_ID: PARTNER.id,
    NETVISOR_PARTNER_KEY: PARTNER.key,
    NETVISOR_SENDER: 'Tietovirta',
  },
  budget,
);
const { netvisor, severa } = systems;
if (!netvisor) throw new TypeError('There is no Netvisor without a partner');

const waiting = new Map<number, (answer: Answer) => void>();
let asked = 0;
const say = (said: Said): void => void process.send?.(said);
const decide: Parts['decide'] = (question) =>
  new Promise((resolve) => {
    asked += 1;
    waiting.set(asked, resolve);
    say({ ask: asked, question });
  });
process.on('message', (told: Told) => {
  if ('ask' in told) return say({ peakBytes: process.resourceUsage().maxRSS * 1024 });
  waiting.get(told.to)?.(told.answer);
  waiting.delete(told.to);
});

const turns = new Turns(database);
const parts: Parts = {
  database,
  turns,
  book: new LedgerBook(database),
  flows: FLOWS,
  clients: { netvisor, severa },
  credentialsOf: (_, companyId) => Promise.resolve(credentialsOf(companyId)),
  budget,
  decide,
  test: () => Promise.resolve({ severa: { parts: [] }, netvisor: { parts: [] } }),
  log,
  patience: IMPATIENT,
};
const loop = new LinkLoop(turns, new Mover(parts), log, Number(workers));
loop.start();
say({ started: true });
process.once('SIGTERM', () => {
  void loop.stop().then(async () => {
    systems.close();
    await database.close();
    process.disconnect();
  });
});
