/**
 * Who may import whom. `npm run rooms` fails on any other road.
 *
 *   Dependencies point towards the rules; apps talk over the bus; a room is
 *   entered by its front door; each outside package is known by one room.
 */
const PURE = '^libs/(errors|policy|documents|contracts)/';
const TESTS = ['\\.spec(-support)?\\.ts$', '^libs/testing/'];

const knownOnlyBy = (rooms, packages) => ({
  name: `only-${rooms.replaceAll('|', '-or-')}-knows-${packages.split('|')[0]}`,
  severity: 'error',
  comment: `${packages} belong to the room ${rooms}`,
  from: { path: '^(apps|libs)/', pathNot: [`^libs/(${rooms})/`, ...TESTS] },
  to: { path: `node_modules/(${packages})/` },
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'two rooms that need each other are one room, or a third is missing',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-do-not-know-apps',
      severity: 'error',
      comment: 'apps use libs, never the reverse',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-know-apps',
      severity: 'error',
      comment: 'apps talk over the bus',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'pure-rooms-have-no-framework',
      severity: 'error',
      comment: 'rules must run without Nest, a database or a broker',
      from: { path: PURE },
      to: { path: 'node_modules/(@nestjs|@mikro-orm|kysely|amqplib|rxjs|prom-client|pg|fastify|pino)/' },
    },
    {
      name: 'pure-rooms-know-only-pure-rooms',
      severity: 'error',
      comment: 'dependencies point towards the rules',
      from: { path: PURE },
      to: { path: '^libs/', pathNot: PURE },
    },
    {
      name: 'policy-knows-only-errors',
      severity: 'error',
      comment: 'policy decides; it does not read, send or store',
      from: { path: '^libs/policy/', pathNot: '\\.spec(-support)?\\.ts$' },
      to: { path: ['^libs/', 'node_modules/'], pathNot: ['^libs/(policy|errors)/'] },
    },
    {
      name: 'through-the-front-door',
      severity: 'error',
      comment: "enter a library by its index: '#lib/x'",
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      comment: 'the testing room never reaches a build',
      from: { path: '^(apps|libs)/', pathNot: TESTS },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'only-auth-knows-known-passwords',
      severity: 'error',
      comment: 'the list is large, and read where passwords are chosen',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/auth/', ...TESTS] },
      to: { path: 'node_modules/@zxcvbn-ts/' },
    },
    knownOnlyBy('bus', 'amqplib|amqp-connection-manager'),
    knownOnlyBy('documents', 'saxes'),
    knownOnlyBy('service', 'prom-client|pino'),
    knownOnlyBy('store', 'pg|pg-copy-streams|kysely|@mikro-orm/migrations'),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'node', 'default'] },
  },
};
