type Variables = Readonly<Record<string, string | undefined>>;

const SECRET = /(?:^|_)(?:KEYS?|SECRET|TOKEN|PASSWORD)$|_TOKEN_SHA256$/;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Secrets that stand in the environment itself, where every program on the machine that may look at this one's process,
 * every crash report and every `inspect` of a container shows them. As `VARIABLE: what it must be`; no value is named.
 * `names`: the variables that the service reads; `env`: before files are read.
 *
 *   REQUIRE_SECRET_FILES | NODE_ENV   | the database's host | a secret in the environment
 *   ---------------------+------------+---------------------+----------------------------
 *   true                 | any        | any                 | refused
 *   false                | any        | any                 | taken
 *   absent               | production | elsewhere           | refused
 *   absent               | production | loopback            | taken
 *   absent               | other      | any                 | taken
 *
 * A URL with a password in it is a secret as well.
 */
export function secretPlaceFaults(env: Variables, names: readonly string[]): readonly string[] {
  if (!mustBeFiles(env)) return [];
  const secrets = names.filter((name) => SECRET.test(name) && env[name] !== undefined);
  const urls = ['DATABASE_URL', 'RABBITMQ_URL'].filter((name) => urlOf(env[name])?.password);
  return [
    ...secrets.map((name) => `${name}: must be told by a file, ${name}_FILE, or REQUIRE_SECRET_FILES must be false`),
    ...urls.map((name) => `${name}: must have no password in it; ${name.replace('URL', 'PASSWORD_FILE')} names a file`),
  ];
}

function mustBeFiles(env: Variables): boolean {
  const told = env['REQUIRE_SECRET_FILES'];
  if (told !== undefined) return told === 'true';
  return env['NODE_ENV'] === 'production' && !LOOPBACK.test(urlOf(env['DATABASE_URL'])?.hostname ?? '');
}

const urlOf = (text = ''): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);
