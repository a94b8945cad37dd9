/** One connector's delivery and nothing else, as a process of `delivery.ts`: works until it is told to stop. */
const dist = (path: string): string => new URL(`../dist/${path}.js`, import.meta.url).href;

const [databaseUrl = '', url = '', partnerId = '', partnerSecret = ''] = process.argv.slice(2);
const { Database } = (await import(dist('libs/store/src/index'))) as typeof import('../libs/store/src/index.js');
const { FivaldiClient } = (await import(
  dist('libs/upstream/src/index')
)) as typeof import('../libs/upstream/src/index.js');
const { createLog } = (await import(dist('libs/service/src/index'))) as typeof import('../libs/service/src/index.js');
const DELIVERY = 'apps/fivaldi-connector/src/delivery';
const { Deliverer } = (await import(
  dist(`${DELIVERY}/deliverer`)
)) as typeof import('../apps/fivaldi-connector/src/delivery/deliverer.js');
const { DeliveryLoop } = (await import(
  dist(`${DELIVERY}/delivery-loop`)
)) as typeof import('../apps/fivaldi-connector/src/delivery/delivery-loop.js');
const { Turns } = (await import(
  dist(`${DELIVERY}/turns`)
)) as typeof import('../apps/fivaldi-connector/src/delivery/turns.js');

const log = createLog('delivery', 'warn');
const database = await Database.open({ url: databaseUrl, name: 'delivery' });
const turns = new Turns(database, partnerId);
await turns.open();
const client = new FivaldiClient({ url, partnerId, partnerSecret });
const permit = () => Promise.resolve({ as: 'allowed' as const, stands: () => Promise.resolve(true) });
const loop = new DeliveryLoop(new Deliverer({ database, turns, client, permit, log }), log, () => client.close());
loop.start();
process.once('SIGTERM', () => void loop.stop().then(() => database.close()));
