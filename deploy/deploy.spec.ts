import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { serviceEnvironment, SERVICES } from '#lib/service';

import { withoutOpenssl } from './certificates/certificates.spec-support.ts';
import { ON_THE_BROKER } from './rabbitmq/services.ts';

const here = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly logging?: { readonly driver: string };
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
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const composeText = here('./compose.yaml');
const { services, networks, secrets } = parse(composeText, { merge: true }) as Compose;
const logs = parse(here('./compose.logs.yaml'), { merge: true }) as Compose;
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

/** What compose.yaml has by itself, or an installation has no need to change; and passwords, where there are certificates. */
const NOT_TOLD = [
  'SENDER_SILENCE_SECONDS',
  'PREFETCH',
  'BUS_NAMESPACE',
  'DATABASE_PASSWORD',
  'RABBITMQ_PASSWORD',
  'REQUIRE_SECRET_FILES',
];
const OF_THE_IMAGE = ['NODE_ENV', 'HOST', 'OPERATIONS_PORT', 'VERSION', 'REVISION'];

const CERTIFICATE = /^(TLS|DATABASE|RABBITMQ|GF_SERVER)_(CERT|KEY)|^GF_SERVER_/;

/** What Node itself reads. */
const OF_NODE = ['NODE_USE_ENV_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];

/** What a service is told, by a value or by a file. */
function toldTo(app: string): readonly string[] {
  const known = variablesOf(app);
  return Object.keys(services[app]?.environment ?? {}).map((name) =>
    known.includes(name) ? name : name.replace(/_FILE$/, ''),
  );
}

/** What is in a volume of the installation, and in none here. */
const IN_FILES = {
  DATABASE_CA_FILE: true,
  DATABASE_CERT_FILE: true,
  DATABASE_KEY_FILE: true,
  RABBITMQ_CA_FILE: true,
  RABBITMQ_CERT_FILE: true,
  RABBITMQ_KEY_FILE: true,
  TLS_CERT_FILE: true,
  TLS_KEY_FILE: true,
  METRICS_CA_FILE: true,
} as const;

/** What a service shows to PostgreSQL and to RabbitMQ. */
const SHOWN_BY_CLIENTS = {
  DATABASE_CERT_FILE: '/certificates/client-cert.pem',
  DATABASE_KEY_FILE: '/certificates/client-key.pem',
  RABBITMQ_CERT_FILE: '/certificates/client-cert.pem',
  RABBITMQ_KEY_FILE: '/certificates/client-key.pem',
};

/** Of whom certificates are made: servers by their host, and clients by the user that each is. */
const made = services['certificates']?.command ?? [];
const servers = made.slice(0, made.indexOf('--')).map((name) => name.split(':')[0]);
const clients = made.slice(made.indexOf('--') + 1);

const roleOf = (app: string): string =>
  ({ 'fivaldi-connector': 'connector', 'severa-connector': 'severa' })[app] ?? app;

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
    expect([...variablesOf(app), ...OF_NODE]).toEqual(expect.arrayContaining([...toldTo(app)]));
    const usable = { ...given, DATABASE_URL: 'postgres://database/x', RABBITMQ_URL: 'amqp://broker/x', LOG_LEVEL: '' };
    expect(serviceEnvironment.omit({ LOG_LEVEL: true, ...IN_FILES }).safeParse(usable).success).toBe(true);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(['DATABASE_URL', 'RABBITMQ_URL']));
  });

  it.each(apps)('leaves nothing out that an installation may tell %s', (app) => {
    const given = toldTo(app);
    const missing = variablesOf(app).filter((name) => ![...given, ...NOT_TOLD, ...OF_THE_IMAGE].includes(name));
    expect(missing).toEqual([]);
  });

  it.each(apps)(
    'lets %s reach its servers over TLS alone, by a certificate of its own, as a user that makes no queue',
    (app) => {
      const { environment = {}, volumes } = services[app] ?? {};
      const role = roleOf(app);
      expect(environment['DATABASE_URL']).toMatch(new RegExp(`^postgres://tietovirta_${role}@.*sslmode=verify-full$`));
      expect(environment['RABBITMQ_URL']).toBe('amqps://rabbitmq:5671/tietovirta');
      expect(environment).toMatchObject({ REQUIRE_TLS: 'true', BUS_DECLARES: 'false', ...SHOWN_BY_CLIENTS });
      expect(environment).toMatchObject({ TLS_CERT_FILE: '/certificates/cert.pem', METRICS_READER: 'prometheus' });
      expect(volumes).toContain(`${app}-certificate:/certificates:ro`);
      expect(clients).toContain(`${app}:1000:tietovirta_${role}`);
      expect(Object.keys(ON_THE_BROKER)).toContain(role);
    },
  );

  it('has nobody come to PostgreSQL or RabbitMQ by a password: who comes is whom the certificate names', () => {
    const rules = [...here('./postgres/pg_hba.conf').matchAll(/^\w+ .*$/gm)].map(([rule]) => rule.split(/\s+/));
    expect(rules).toEqual([
      ['local', 'all', 'all', 'scram-sha-256'],
      ['hostssl', 'all', 'all', 'all', 'cert'],
    ]);
    expect(services['postgres']?.command).toEqual(expect.arrayContaining(['-cssl_ca_file=/authority/ca.pem']));
    const broker = here('./rabbitmq/rabbitmq.conf');
    expect([...broker.matchAll(/^auth_mechanisms\S* = (.*)$/gm)].map(([, mechanism]) => mechanism)).toEqual([
      'EXTERNAL',
    ]);
    for (const listener of ['ssl_options', 'prometheus.ssl']) {
      expect(broker).toContain(`\n${listener}.verify = verify_peer\n${listener}.fail_if_no_peer_cert = true\n`);
    }
    expect(here('./rabbitmq/enabled_plugins')).toContain('rabbitmq_auth_mechanism_ssl');
    expect(services['migrate']?.environment).toMatchObject({ DATABASE_CERT_FILE: SHOWN_BY_CLIENTS.DATABASE_CERT_FILE });
    expect(clients).toContain('migrate:1000:tietovirta');
    const told = containers.flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect(told.filter((name) => name.includes('PASSWORD'))).toEqual([
      'POSTGRES_PASSWORD_FILE',
      'BREACHED_PASSWORDS_URL',
    ]);
  });

  it('has the servers speak TLS alone', () => {
    expect(here('./postgres/pg_hba.conf')).not.toMatch(/^(host|hostnossl)\s/m);
    expect(here('./rabbitmq/rabbitmq.conf')).toMatch(/^listeners\.tcp = none$/m);
    expect(here('./rabbitmq/rabbitmq.conf')).toMatch(/^management\.tcp\.ip = 127\.0\.0\.1$/m);
    expect(here('./rabbitmq/rabbitmq.conf')).toMatch(/^prometheus\.tcp\.listener = none$/m);
    expect(here('./proxy/Caddyfile')).toMatch(/protocols tls1\.2 tls1\.3/);
    expect(here('./proxy/Caddyfile')).toMatch(/reverse_proxy https:/);
  });

  it('has Prometheus and Grafana speak TLS alone, to each other too', () => {
    expect(services['prometheus']?.command).toContain('--web.config.file=/etc/prometheus/web.yml');
    expect(parse(here('./prometheus/web.yml'))).toMatchObject({
      tls_server_config: { cert_file: '/certificates/cert.pem', min_version: 'TLS12' },
    });
    expect(parse(here('./prometheus/web.yml'))).toMatchObject({
      tls_server_config: {
        client_auth_type: 'RequireAndVerifyClientCert',
        client_ca_file: '/authority/ca.pem',
        client_allowed_sans: ['grafana', 'prometheus'],
      },
    });
    expect(services['grafana']?.environment).toMatchObject({ GF_SERVER_PROTOCOL: 'https' });
    expect(parse(here('./grafana/provisioning/datasources/prometheus.yaml'))).toMatchObject({
      datasources: [{ url: 'https://prometheus:9090', jsonData: { tlsAuthWithCACert: true, tlsAuth: true } }],
    });
    expect(composeText).not.toMatch(/http:\/\//);
  });

  it('keeps what people search for, and the codes that they come back with, out of the lines of the proxy', () => {
    const log = here('./proxy/Caddyfile').split(/^\tlog \{$/m)[1];
    expect(log).toMatch(/format filter/);
    expect(log).toMatch(/^\s+request>uri regexp \\\?\.\* /m);
  });

  it('makes a certificate for each app and server, and gives it to nobody else', () => {
    expect(servers.sort()).toEqual([...apps, 'postgres', 'rabbitmq', 'egress', 'prometheus', 'grafana'].sort());
    const users = clients.map((client) => client.split(':')[0] ?? '');
    expect([...users].sort()).toEqual([...apps, 'migrate', 'prometheus', 'grafana'].sort());
    for (const [name, { volumes = [] }] of containers.filter(([name]) => name !== 'certificates')) {
      const held = volumes.flatMap((volume) => /^(.+)-certificate:/.exec(volume)?.[1] ?? []);
      expect(held).toEqual([...servers, ...users].includes(name) ? [name] : []);
    }
  });

  it('lets only those out of the machine who have somebody to reach there', () => {
    const out = containers
      .filter(([, { networks: in_ = ['default'], network_mode: mode }]) =>
        mode === 'none' ? false : in_.some((network) => networks[network]?.internal !== true),
      )
      .map(([name]) => name);
    expect(out.sort()).toEqual(['egress', 'grafana', 'prometheus', 'proxy']);
    const withDatabase = containers.filter(([, { networks: in_ = [] }]) => in_.includes('database'));
    expect(withDatabase.map(([name]) => name).sort()).toEqual([...apps, 'migrate', 'postgres'].sort());
  });

  it('sends those who reach somebody outside by the list of hosts, and gives them no other way', () => {
    const outward = containers.filter(([, { networks: in_ = [] }]) => in_.includes('outward')).map(([name]) => name);
    expect(outward.sort()).toEqual(['auth', 'egress', 'fivaldi-connector', 'gateway', 'severa-connector']);
    for (const app of outward.filter((name) => name !== 'egress')) {
      const told = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: 'https://egress:3128' };
      expect(services[app]?.environment).toMatchObject(told);
      expect(services[app]?.environment?.['NO_PROXY']?.split(',')).toContain(app);
    }
    const listed = services['egress']?.environment?.['EGRESS_URLS'] ?? '';
    const addresses = ['OIDC_ISSUER', 'SMS_URL', 'BREACHED_PASSWORDS_URL', 'FIVALDI_URL'];
    const linked = ['SEVERA_URL', 'SEVERA_SOAP_URL', 'NETVISOR_PRODUCTION_URL', 'NETVISOR_TRAINING_URL'];
    for (const address of [...addresses, ...linked]) {
      expect(listed).toContain(`\${${address}:-`);
    }
  });

  it('has somebody who may act as the operator, where a token is told', () => {
    expect(toldTo('auth')).toContain('OPERATOR_TOKEN_SHA256');
  });

  it('gives the keys of the secrets to nobody but those who seal and open them', () => {
    expect(
      apps.filter((app) => toldTo(app).includes('SECRET_KEYS') || services[app]?.secrets?.includes('secret_keys')),
    ).toEqual(['auth', 'severa-connector']);
  });

  it('lets the audit service sign, and nobody else', () => {
    expect(apps.filter((app) => toldTo(app).includes('AUDIT_SIGNING_KEY'))).toEqual(['audit']);
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

  it('has no secret in it, nor in an environment: each is a file, given to those who name it', () => {
    const SECRET = /PASSWORD|SECRET|TOKEN|_KEYS?$/;
    for (const [, { environment = {}, secrets: given = [] }] of containers) {
      const told = Object.entries(environment).filter(
        ([name]) => SECRET.test(name.replace(/_FILE$/, '')) && !CERTIFICATE.test(name),
      );
      const files = told.map(([name, value]) => [name, value.replace('/run/secrets/', '')]);
      for (const [name] of files) expect(name).toMatch(/_FILE$|^BREACHED_PASSWORDS_URL$/);
      const named = files.filter(([name]) => name !== 'BREACHED_PASSWORDS_URL').map(([, file]) => file);
      expect([...given].sort()).toEqual([...new Set(named)].sort());
    }
    expect(Object.entries(secrets).filter(([name, { file }]) => file !== `./secrets/${name}`)).toEqual([]);
    expect(here('./env.example')).not.toMatch(/^[A-Z_]*(PASSWORD|SECRET|TOKEN|KEYS?)=/m);
  });

  it('asks for nothing that env.example does not name', () => {
    const asked = [...`${composeText}${here('./compose.logs.yaml')}`.matchAll(/\$\{([A-Z][A-Z\d_]*)/g)].map(
      ([, name]) => name,
    );
    const named = [...here('./env.example').matchAll(/^([A-Z][A-Z\d_]*)=/gm)].map(([, name]) => name);
    expect([...new Set(asked)].sort()).toEqual(named.sort());
  });
});

describe('compose.logs.yaml', () => {
  it('has the lines of every container sent, and those of the sender not to itself', () => {
    const { 'log-shipper': shipper, ...shipped } = logs.services;
    expect(Object.keys(shipped).sort()).toEqual(Object.keys(services).sort());
    for (const { logging } of Object.values(shipped)) expect(logging?.driver).toBe('fluentd');
    expect(shipper).toMatchObject({ cap_drop: ['ALL'], read_only: true, ports: ['127.0.0.1:24224:24224'] });
    expect(shipper?.logging).toBeUndefined();
    expect(shipper?.image).toMatch(/:\d/);
  });

  it('sends them over TLS that is checked, and keeps on disk what is not taken yet', () => {
    const { pipeline } = parse(here('./logs/fluent-bit.yaml')) as {
      pipeline: { inputs: readonly object[]; outputs: readonly object[] };
    };
    expect(pipeline.inputs).toEqual([expect.objectContaining({ name: 'forward', 'storage.type': 'filesystem' })]);
    const output = { tls: 'on', 'tls.verify': 'on', 'tls.verify_hostname': 'on', retry_limit: 'no_limits' };
    expect(pipeline.outputs).toEqual([expect.objectContaining(output)]);
  });
});

describe('make-secrets.sh', () => {
  it.each(withoutOpenssl === undefined ? [1] : [])(
    'makes each secret that compose.yaml names once, in its own folder',
    () => {
      const folder = join(mkdtempSync(join(tmpdir(), 'tietovirta-made-')), 'secrets');
      const make = () => spawnSync('sh', [new URL('./make-secrets.sh', import.meta.url).pathname, folder]).status;
      expect(make()).toBe(0);
      const made = Object.fromEntries(
        readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
      );
      expect(Object.keys(made).sort()).toEqual([...Object.keys(secrets), ...Object.keys(logs.secrets)].sort());
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      const random = Object.values(made).filter((text) => text !== '');
      expect(new Set(random).size).toBe(3);
      expect(make()).toBe(0);
      for (const [name, text] of Object.entries(made)) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
      rmSync(join(folder, '..'), { recursive: true });
    },
  );
});

describe('prometheus.yml', () => {
  it('scrapes every app where it listens, and bounds what it takes', () => {
    const { scrape_configs: jobs } = parse(here('./prometheus/prometheus.yml')) as {
      scrape_configs: readonly {
        job_name: string;
        sample_limit: number;
        tls_config: Readonly<Record<string, string>>;
        static_configs: readonly { targets: readonly string[] }[];
      }[];
    };
    const targets = Object.fromEntries(jobs.map((job) => [job.job_name, job.static_configs[0]?.targets]));
    for (const app of apps) expect(targets[app]).toEqual([`${app}:9464`]);
    const shown = { cert_file: '/certificates/client-cert.pem', key_file: '/certificates/client-key.pem' };
    for (const { tls_config: tls } of jobs) expect(tls).toEqual({ ca_file: '/authority/ca.pem', ...shown });
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
