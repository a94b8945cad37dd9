import { createLog, loadConfig, onShutdown } from '#lib/service';

import { startNetvisorSandbox } from './netvisor/netvisor-sandbox.js';
import { startSandbox } from './sandbox.js';
import { sandboxEnvironment } from './sandbox-config.js';
import { startSeveraSandbox } from './severa/severa-sandbox.js';

const config = loadConfig(sandboxEnvironment, process.env);
const log = createLog('sandbox', config.LOG_LEVEL);
const { HOST: host, FIVALDI_PARTNER_ID: id, FIVALDI_PARTNER_SECRET: secret } = config;
const { NETVISOR_PARTNER_ID: netvisorId, NETVISOR_PARTNER_KEY: netvisorKey } = config;
const journalIn = (journalFile: string | undefined) => (journalFile === undefined ? {} : { journalFile });

const sandbox = await startSandbox({
  host,
  port: config.PORT,
  controlPort: config.CONTROL_PORT,
  journalFile: config.SANDBOX_JOURNAL,
  partners: id !== undefined && secret !== undefined ? [{ id, secret }] : [],
  log,
});
const netvisor =
  netvisorId !== undefined && netvisorKey !== undefined
    ? await startNetvisorSandbox({
        host,
        port: config.NETVISOR_PORT,
        controlPort: config.NETVISOR_CONTROL_PORT,
        ...journalIn(config.NETVISOR_JOURNAL),
        partner: { id: netvisorId, key: netvisorKey },
        log,
      })
    : null;
const severa =
  config.SEVERA_PORT !== undefined
    ? await startSeveraSandbox({
        host,
        port: config.SEVERA_PORT,
        controlPort: config.SEVERA_CONTROL_PORT,
        ...journalIn(config.SEVERA_JOURNAL),
        log,
      })
    : null;
const stop = async () => {
  await Promise.all([sandbox.stop(), netvisor?.close(), severa?.close()]);
};
onShutdown([{ name: 'servers', run: stop }], { log, seconds: 5 });
const where = {
  url: sandbox.url,
  controlUrl: sandbox.controlUrl,
  ...(netvisor && { netvisor: { url: netvisor.url, controlUrl: netvisor.controlUrl } }),
  ...(severa && { severa: { url: severa.url, soapUrl: severa.soapUrl, controlUrl: severa.controlUrl } }),
};
log.info({ url: where.url, controlUrl: where.controlUrl }, 'started');
if (netvisor) log.info({ ...where.netvisor }, 'started Netvisor');
if (severa) log.info({ ...where.severa }, 'started Severa');
// Whoever forked this learns the ports without reading the log.
process.send?.(where);
