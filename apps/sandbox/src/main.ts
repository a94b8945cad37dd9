import { createLog, loadConfig, onShutdown } from '#lib/service';

import { startSandbox } from './sandbox.js';
import { sandboxEnvironment } from './sandbox-config.js';

const config = loadConfig(sandboxEnvironment, process.env);
const log = createLog('sandbox', config.LOG_LEVEL);
const { FIVALDI_PARTNER_ID: id, FIVALDI_PARTNER_SECRET: secret } = config;

const sandbox = await startSandbox({
  host: config.HOST,
  port: config.PORT,
  controlPort: config.CONTROL_PORT,
  journalFile: config.SANDBOX_JOURNAL,
  partners: id !== undefined && secret !== undefined ? [{ id, secret }] : [],
  log,
});
onShutdown([{ name: 'servers', run: () => sandbox.stop() }], { log, seconds: 5 });
const where = { url: sandbox.url, controlUrl: sandbox.controlUrl };
log.info(where, 'started');
// Whoever forked this learns the ports without reading the log.
process.send?.(where);
