import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

import { STATUS } from '#lib/service';

import type { Route } from './doors.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & Record<`x-${string}`, unknown>;

/**
 * The gateway's HTTP as OpenAPI 3.1, from the very schemas that check requests and the doors that let them in.
 *
 * `app` may be a preview, which makes none of its parts: no database, broker or listening gateway is needed.
 */
export function openApiDocument(app: INestApplication, routes: readonly Route[], version: string): OpenAPIObject {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tietovirta')
    .setDescription('Accounting data between partner systems, by the rules of each company.')
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of a machine: POST /v1/token' }, 'token')
    .addCookieAuth(
      '__Host-tietovirta',
      { type: 'apiKey', in: 'cookie', description: 'The session of a person' },
      'session',
    )
    .build();
  const document = SwaggerModule.createDocument(app, about, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
    standardSchemaConverter: (schema, { schemaType }) => ({ schema: jsonSchemaOf(schema as z.ZodType, schemaType) }),
  });
  for (const route of routes) describe(document, route);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM },
    responses: { Problem: PROBLEM_ANSWER },
  };
  return document;
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** Adds what the door says: who is let in, what is answered when it is not, which events are left. */
function describe(document: OpenAPIObject, { method, path, door }: Route): void {
  const template = path.replaceAll(/:(\w+)/g, '{$1}');
  const operation = document.paths[template]?.[method.toLowerCase() as 'get'] as Operation | undefined;
  if (!operation) throw new Error(`${method} ${template} is not in the OpenAPI document`);
  operation.security =
    door.to === 'anybody' ? [] : door.to === 'partner-users' ? [{ token: [] }] : [{ token: [] }, { session: [] }];
  operation['x-audit-events'] = door.audits;
  if (door.to === 'roles') operation['x-act'] = door.act;
  const refusals = door.to === 'anybody' ? ['invalid'] : ['invalid', 'unauthenticated', 'denied', 'absent'];
  for (const kind of [...refusals, 'limited', 'unavailable'] as (keyof typeof STATUS)[]) {
    operation.responses[STATUS[kind]] ??= { $ref: '#/components/responses/Problem' };
  }
}

const PROBLEM_ANSWER = {
  description: 'A problem (RFC 9457); its `code` says which.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The form of every refusal; `libs/service/src/problem.ts` makes them. */
const PROBLEM = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string', description: 'In the language of Accept-Language: fi, sv or en' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', description: 'Stable; `noun.what-is-wrong`' },
    traceId: { type: 'string' },
  },
};
