/**
 * `npm start`: brings everything up on a machine that has only Node and npm, shows the main job on
 * real documents, and stays up until Ctrl-C. With `--once` it ends by itself: 0 when every scene came
 * out, 1 otherwise.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ApiClient } from './local/api-client.ts';
import { startInstallation } from './local/installation.ts';
import { LocalServiceError } from './local/local-service.ts';
import { startLocalServices } from './local/services.ts';
import type { Scene } from './demo/scene.ts';
import { tellStory } from './demo/story.ts';

const checkout = join(import.meta.dirname, '..');
const root = join(checkout, '.local', 'run');
const once = process.argv.includes('--once');
const began = Date.now();

const say = (sentence: string): void =>
  console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${sentence}`);

function show({ title, well, lines }: Scene): void {
  console.log(`\n  ${well ? '✓' : '✗'} ${title}`);
  for (const line of lines) console.log(`      ${line}`);
}

const stops: (() => Promise<void>)[] = [];
let stopping: Promise<void> | undefined;

/** Stops what runs, the last started first. */
function stopAll(): Promise<void> {
  return (stopping ??= (async () => {
    for (const stop of stops.reverse()) await stop();
  })());
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    say('Stopping …');
    void stopAll().then(() => process.exit(once ? 1 : 0));
  });
}

async function main(): Promise<boolean> {
  say('Building …');
  const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: checkout, encoding: 'utf8' });
  if (build.status !== 0) throw new Error(`The build failed:\n${build.stdout}${build.stderr}`);

  const starting = startLocalServices({ root, say });
  // Whoever is stopped in the middle of starting stops what was started.
  stops.push(() =>
    starting.then(
      (services) => services.stop(),
      () => undefined,
    ),
  );
  const services = await starting;
  const env = { NODE_ENV: 'development' };
  const installation = await startInstallation({
    checkout,
    root,
    ...services,
    env,
    withFivaldi: true,
    withLinkedSystems: true,
    say,
  });
  stops.push(() => installation.stop());

  const well = await tellStory(new ApiClient(installation.url, installation.operatorToken), installation, show);
  console.log(well ? '\nEverything came out as it must.' : '\nSomething did not come out as it must.');
  if (!once) {
    console.log(`\nThe gateway listens at ${installation.url} until Ctrl-C.`);
    console.log(`  the operator's token   ${join(root, 'operator-token')}`);
    console.log(`  logs                   ${join(root, 'logs')}`);
    console.log(`  Fivaldi's sandbox      ${installation.fivaldi?.environment['FIVALDI_URL'] ?? 'none'}`);
    console.log(`  Netvisor's sandbox     ${installation.linked?.environment['NETVISOR_PRODUCTION_URL'] ?? 'none'}`);
    console.log(`  Severa's sandbox       ${installation.linked?.environment['SEVERA_URL'] ?? 'none'}`);
    for (const { service, operationsUrl } of installation.processes.values()) {
      console.log(`  ${service.padEnd(22)} ${operationsUrl}/metrics`);
    }
  }
  return well;
}

try {
  const well = await main();
  if (once) {
    await stopAll();
    process.exitCode = well ? 0 : 1;
  } else {
    // The services are children of this process; it stays for them.
    await new Promise(() => setInterval(() => undefined, 60_000));
  }
} catch (error) {
  // What fails because it is being stopped is no news.
  if (!stopping) console.error(error instanceof LocalServiceError ? error.message : error);
  await stopAll();
  process.exitCode = 1;
}
