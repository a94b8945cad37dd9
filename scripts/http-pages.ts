import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const gateway = <Module>(file: string): Promise<Module> =>
  import(new URL(`../dist/apps/gateway/src/${file}.js`, import.meta.url).href) as Promise<Module>;

const { CONTROLLERS } = await gateway<typeof import('../apps/gateway/src/controllers.js')>('controllers');
const { routesOf } = await gateway<typeof import('../apps/gateway/src/doors.js')>('doors');
const { GatewayModule } = await gateway<typeof import('../apps/gateway/src/gateway.module.js')>('gateway.module');
const { openApiDocument } = await gateway<typeof import('../apps/gateway/src/openapi.js')>('openapi');

/** The gateway's HTTP, as OpenAPI for programs and as a table of routes for people. */
export async function httpPages(): Promise<readonly (readonly [file: string, text: string])[]> {
  const routes = routesOf(CONTROLLERS);
  const module = GatewayModule.over({} as Parameters<typeof GatewayModule.over>[0]);
  const app = await NestFactory.create(module, new FastifyAdapter(), { preview: true, logger: false });
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const document = openApiDocument(app, routes, version);
  return [
    ['docs/reference/openapi.json', `${JSON.stringify(document, null, 2)}\n`],
    ['docs/reference/routes.md', routesPage(routes)],
  ];
}

function routesPage(routes: ReturnType<typeof routesOf>): string {
  const rows = routes.map(({ method, path, door }) => {
    const who = door.to === 'roles' ? `${door.act}${door.partnerUsersToo ? ', partner users' : ''}` : door.to;
    return `| ${method} | \`${path}\` | ${who} | ${door.audits.join(', ')} |`;
  });
  return [
    '# Routes',
    '',
    'Every route of the gateway, whom it lets in (acts: `libs/policy/src/person-access.ts`), and the audit events that',
    'its use leaves. A route cannot be without the first, nor one that changes something without the second. Made by',
    '`npm run docs`; `openapi.json` beside it has the bodies.',
    '',
    '| method | path | who | audit events |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
