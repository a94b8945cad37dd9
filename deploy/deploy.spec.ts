import { readFileSync, readdirSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { serviceEnvironment, SERVICES } from '#lib/service';

import { ON_THE_BROKER } from './rabbitmq/services.ts';

const here = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly read_only?: boolean;
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
interface Compose {
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly services: Readonly<Record<string, Container>>;
}

const composeText = here('./compose.yaml');
const { services, networks } = parse(composeText, { merge: true }) as Compose;
const containers = Object.entries(services);
const apps = Object.keys((JSON.parse(here('../nest-cli.json')) as { projects: object }).projects);

/** The variables that a service reads: those of every service, and those that its sources add to the schema. */
function variablesOf(app: string): readonly string[] {
  const directory = new URL(`../apps/${app}/src/`, import.meta.url);
  const sources = readdirSync(directory).filter((file) => file.endsWith('.ts') && !file.includes('.spec'));
  const added = sources.flatMap((file) => [
    ...readFileSync(new URL(file, directory), 'utf8').matchAll(/^\s+([A-Z][A-Z\d_]+): /gm),
  ]);
  return [...Object.keys(serviceEnvironment.shape), ...added.map(([, name = '']) => name)];
}

/** What compose.yaml has by itself, or an installation has no need to change. */
const NOT_TOLD = ['SENDER_SILENCE_SECONDS', 'PREFETCH', 'BUS_NAMESPACE'];
const OF_THE_IMAGE = ['NODE_ENV', 'HOST', 'OPERATIONS_PORT', 'VERSION', 'REVISION'];

/** What is in a volume of the installation, and in none here. */
const IN_FILES = { DATABASE_CA_FILE: true, RABBITMQ_CA_FILE: true, TLS_CERT_FILE: true, TLS_KEY_FILE: true } as const;

describe('compose.yaml', () => {
  it('starts each app of nest-cli.json, and nothing that is none', () => {
    const started = containers.flatMap(([, { command = [] }]) =>
      command.flatMap((word) => /^dist\/apps\/([^/]+)\/src\/main\.js$/.exec(word)?.[1] ?? []),
    );
    expect(started.sort()).toEqual([...apps].sort());
    expect([...SERVICES].sort()).toEqual([...apps].sort());
  });

  it.each(apps)('gives %s only variables that it reads, and those without which it does not start', (app) => {
    const given = services[app]?.environment ?? {};
    expect(variablesOf(app)).toEqual(expect.arrayContaining(Object.keys(given)));
    const usable = { ...given, DATABASE_URL: 'postgres://database/x', RABBITMQ_URL: 'amqp://broker/x', LOG_LEVEL: '' };
    expect(serviceEnvironment.omit({ LOG_LEVEL: true, ...IN_FILES }).safeParse(usable).success).toBe(true);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(['DATABASE_URL', 'RABBITMQ_URL']));
  });

  it.each(apps)('leaves nothing out that an installation may tell %s', (app) => {
    const given = Object.keys(services[app]?.environment ?? {});
    const missing = variablesOf(app).filter((name) => ![...given, ...NOT_TOLD, ...OF_THE_IMAGE].includes(name));
    expect(missing).toEqual([]);
  });

  it.each(apps)('lets %s reach its servers over TLS alone, as a user of its own that makes no queue', (app) => {
    const { environment = {} } = services[app] ?? {};
    const role = app === 'fivaldi-connector' ? 'connector' : app;
    expect(environment['DATABASE_URL']).toMatch(new RegExp(`^postgres://tietovirta_${role}:.*sslmode=verify-full$`));
    expect(environment['RABBITMQ_URL']).toMatch(new RegExp(`^amqps://tietovirta_${role}:.*@rabbitmq:5671/`));
    expect(environment).toMatchObject({
      REQUIRE_TLS: 'true',
      BUS_DECLARES: 'false',
      TLS_CERT_FILE: expect.any(String),
    });
    expect(Object.keys(ON_THE_BROKER)).toContain(role);
  });

  it('has the servers speak TLS alone', () => {
    expect(here('./postgres/pg_hba.conf')).not.toMatch(/^(host|hostnossl)\s/m);
    expect(here('./rabbitmq/rabbitmq.conf')).toMatch(/^listeners\.tcp = none$/m);
    expect(here('./rabbitmq/rabbitmq.conf')).toMatch(/^management\.tcp\.ip = 127\.0\.0\.1$/m);
    expect(here('./rabbitmq/rabbitmq.conf')).toMatch(/^prometheus\.tcp\.listener = none$/m);
    expect(here('./proxy/Caddyfile')).toMatch(/protocols tls1\.2 tls1\.3/);
    expect(here('./proxy/Caddyfile')).toMatch(/reverse_proxy https:/);
  });

  it('keeps what people search for, and the codes that they come back with, out of the lines of the proxy', () => {
    const log = here('./proxy/Caddyfile').split(/^\tlog \{$/m)[1];
    expect(log).toMatch(/format filter/);
    expect(log).toMatch(/^\s+request>uri regexp \\\?\.\* /m);
  });

  it('makes a certificate for each app and server, and gives it to nobody else', () => {
    const made = services['certificates']?.command?.map((name) => name.split(':')[0]);
    expect(made).toEqual(expect.arrayContaining([...apps, 'postgres', 'rabbitmq']));
    for (const [name, { volumes = [] }] of containers.filter(([name]) => name !== 'certificates')) {
      const held = volumes.flatMap((volume) => /^(.+)-certificate:/.exec(volume)?.[1] ?? []);
      expect(held).toEqual(made?.includes(name) ? [name] : []);
    }
  });

  it('lets only those out of the machine who have somebody to reach there', () => {
    const out = containers
      .filter(([, { networks: in_ = ['default'], network_mode: mode }]) =>
        mode === 'none' ? false : in_.some((network) => networks[network]?.internal !== true),
      )
      .map(([name]) => name);
    expect(out.sort()).toEqual(['auth', 'fivaldi-connector', 'gateway', 'grafana', 'prometheus', 'proxy']);
    const withDatabase = containers.filter(([, { networks: in_ = [] }]) => in_.includes('database'));
    expect(withDatabase.map(([name]) => name).sort()).toEqual([...apps, 'migrate', 'postgres'].sort());
  });

  it('has somebody who may act as the operator', () => {
    expect(services['auth']?.environment).toHaveProperty('OPERATOR_TOKEN_SHA256');
  });

  it('gives the keys of the secrets to nobody but the one who seals and opens them', () => {
    expect(apps.filter((app) => services[app]?.environment?.['SECRET_KEYS'] !== undefined)).toEqual(['auth']);
  });

  it('lets the audit service sign, and nobody else', () => {
    expect(apps.filter((app) => services[app]?.environment?.['AUDIT_SIGNING_KEY'] !== undefined)).toEqual(['audit']);
  });

  it.each(apps)('starts %s after the migrations and the broker, and lets it drain', (app) => {
    const { depends_on: after, stop_grace_period: grace, environment } = services[app] ?? {};
    expect(after).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
      rabbitmq: { condition: 'service_healthy' },
    });
    expect(Number.parseInt(grace ?? '', 10)).toBeGreaterThan(Number(environment?.['DRAIN_SECONDS']));
  });

  it.each(containers)('locks %s down', (_name, { cap_drop: dropped, security_opt: security, read_only: readOnly }) => {
    expect(dropped).toEqual(['ALL']);
    expect(security).toEqual(['no-new-privileges:true']);
    expect(readOnly).toBe(true);
  });

  it.each(containers)(
    'publishes the ports of %s to this machine only unless told, and names its version',
    (name, container) => {
      const here = name === 'proxy' ? /^\$\{BIND_ADDRESS:-127\.0\.0\.1\}:/ : /^127\.0\.0\.1:/;
      for (const port of container.ports ?? []) expect(port).toMatch(here);
      expect(container.image).toMatch(/:[^:]+$/);
      expect(container.image).not.toMatch(/:latest$/);
    },
  );

  it('has no secret in it, and no default for one', () => {
    const secrets = composeText.match(/\$\{[A-Z_]*(PASSWORD|SECRET|TOKEN|KEY)[A-Z_]*[^}]*\}/g) ?? [];
    expect(secrets.length).toBeGreaterThan(0);
    // With `:?` it must be filled in; with `?` alone it may be left empty, but not be forgotten.
    for (const secret of secrets) expect(secret).toMatch(/[A-Z\d]:?\?/);
    expect(here('./env.example')).not.toMatch(/^[A-Z_]*(PASSWORD|SECRET|TOKEN|KEY)=.+$/m);
  });

  it('asks for nothing that env.example does not name', () => {
    const asked = [...composeText.matchAll(/\$\{([A-Z][A-Z\d_]*)/g)].map(([, name]) => name);
    const named = [...here('./env.example').matchAll(/^([A-Z][A-Z\d_]*)=/gm)].map(([, name]) => name);
    expect([...new Set(asked)].sort()).toEqual(named.sort());
  });
});

describe('prometheus.yml', () => {
  it('scrapes every app where it listens, and bounds what it takes', () => {
    const { scrape_configs: jobs } = parse(here('./prometheus/prometheus.yml')) as {
      scrape_configs: readonly {
        job_name: string;
        sample_limit: number;
        static_configs: readonly { targets: readonly string[] }[];
      }[];
    };
    const targets = Object.fromEntries(jobs.map((job) => [job.job_name, job.static_configs[0]?.targets]));
    for (const app of apps) expect(targets[app]).toEqual([`${app}:9464`]);
    expect(here('./Dockerfile')).toContain('OPERATIONS_PORT=9464');
    for (const { sample_limit: limit } of jobs) expect(limit).toBeGreaterThan(0);
  });
});

describe('the provisioning of Grafana', () => {
  it('knows the data source and the folder that compose.yaml mounts', () => {
    const sources = parse(here('./grafana/provisioning/datasources/prometheus.yaml')) as {
      datasources: readonly { uid: string }[];
    };
    const providers = parse(here('./grafana/provisioning/dashboards/tietovirta.yaml')) as {
      providers: readonly { options: { path: string } }[];
    };
    expect(sources.datasources.map(({ uid }) => uid)).toEqual(['prometheus']);
    expect(composeText).toContain(`./grafana/dashboards:${providers.providers[0]?.options.path}:ro`);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = here('./Dockerfile');

  it('leaves a service as an ordinary user, as process 1, with a probe', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).toMatch(/^CMD .*exec node /m);
  });

  it('copies only what is let into its context', () => {
    const allowed = [...here('./Dockerfile.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
      paths.split(' '),
    );
    expect([...new Set(copied)].sort()).toEqual(allowed.sort());
  });
});
