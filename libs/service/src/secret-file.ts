import { readFileSync } from 'node:fs';

type Variables = Readonly<Record<string, string | undefined>>;

const MOST_BYTES = 100_000;

/**
 * The environment with every variable that is told by a file: `NAME_FILE` names the file whose text is `NAME`, as Docker,
 * Kubernetes and the agents of vaults hand over secrets. `names`: the variables that may come so; no others are looked at.
 * One end of line at the end of the text is none of it, and an empty file is an absent variable.
 *
 *   NAME   | NAME_FILE                 | NAME is
 *   -------+---------------------------+-----------------------------
 *   given  | absent                    | what was given
 *   absent | a file that can be read   | its text
 *   absent | any other                 | absent, and a fault
 *   given  | given                     | a fault: which one is meant?
 *
 * Faults are `VARIABLE: what is wrong`, and name neither a value nor a path.
 */
export function withFiles(
  env: Variables,
  names: readonly string[],
): { readonly given: Variables; readonly faults: readonly string[] } {
  const given: Record<string, string | undefined> = { ...env };
  const faults: string[] = [];
  for (const name of names) {
    const file = env[`${name}_FILE`];
    if (file === undefined || names.includes(`${name}_FILE`)) continue;
    delete given[`${name}_FILE`];
    if (env[name] !== undefined) faults.push(`${name}_FILE: must not be given beside ${name}`);
    else {
      const text = textIn(file);
      if (text === undefined) faults.push(`${name}_FILE: must be a file that can be read`);
      else if (text !== '') given[name] = text;
    }
  }
  return { given, faults };
}

function textIn(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text.length > MOST_BYTES ? undefined : text.replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

/**
 * The same with the passwords of servers put into their URLs: `DATABASE_PASSWORD` into `DATABASE_URL`, `RABBITMQ_PASSWORD`
 * into `RABBITMQ_URL`, so that only they are secret. In a URL that has one already, or is none, it is a fault.
 */
export function withPasswords(env: Variables): { readonly given: Variables; readonly faults: readonly string[] } {
  const given: Record<string, string | undefined> = { ...env };
  const faults: string[] = [];
  for (const server of ['DATABASE', 'RABBITMQ']) {
    const [url, password] = [env[`${server}_URL`] ?? '', env[`${server}_PASSWORD`]];
    delete given[`${server}_PASSWORD`];
    if (password === undefined) continue;
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (!parsed || parsed.username === '' || parsed.password !== '')
      faults.push(`${server}_PASSWORD: needs a ${server}_URL with a user and without a password`);
    else {
      parsed.password = encodeURIComponent(password);
      given[`${server}_URL`] = parsed.href;
    }
  }
  return { given, faults };
}

/**
 * Both of the above, for programs that have no schema: what the environment says of `names` and of the two servers.
 * Throws with the faults.
 */
export function toldBy(env: Variables, names: readonly string[]): Variables {
  const told = Object.fromEntries(Object.entries(env).filter(([name, value]) => value !== '' || names.includes(name)));
  const servers = ['DATABASE_URL', 'DATABASE_PASSWORD', 'RABBITMQ_URL', 'RABBITMQ_PASSWORD'];
  const read = withFiles(told, [...servers, ...names]);
  const { given, faults } = withPasswords(read.given);
  if (read.faults.length + faults.length > 0) throw new Error([...read.faults, ...faults].join('; '));
  return given;
}
