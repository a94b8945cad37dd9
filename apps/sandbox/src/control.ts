import type { IncomingMessage, ServerResponse } from 'node:http';

import { z } from 'zod';

import { edited } from './edit.js';
import { FAULT_KINDS, isPossible } from './faults.js';
import { RIGHTS } from './right.js';
import type { World } from './world.js';

const dto = z.record(z.string(), z.unknown());
const dtos = z.array(dto);

const fault = z
  .strictObject({
    kind: z.enum(FAULT_KINDS),
    when: z.enum(['before', 'after']).optional(),
    method: z.string().optional(),
    path: z.string().optional(),
    cuid: z.string().optional(),
    skip: z.int().min(0).optional(),
    count: z.int().min(1).optional(),
    share: z.number().min(0).max(1).optional(),
    seed: z.int().optional(),
    ms: z.int().min(0).optional(),
    bytes: z.int().min(2).optional(),
  })
  .refine(isPossible, 'this kind is not possible at that time');

const limit = z.strictObject({ rate: z.number().positive(), capacity: z.int().min(1) });
const partner = z.strictObject({ id: z.string().min(1), secret: z.string().min(1), limit: limit.optional() });

const detailLists = [
  'salesPostingGroupDTOList',
  'currencyDTOList',
  'paymentTermDTOList',
  'deliveryMethodDTOList',
  'deliveryTermDTOList',
  'salesPersonDTOList',
  'transmissionTypeDTOList',
  'unitDTOS',
  'productPostingCodeDTOS',
] as const;

const company = z.strictObject({
  cuid: z.string().length(32).optional(),
  customerId: z.string().optional(),
  businessId: z.string().optional(),
  name1: z.string().optional(),
  partners: z.record(z.string(), z.array(z.enum(RIGHTS))).optional(),
  details: z.partialRecord(z.enum(detailLists), dtos).optional(),
  payroll: z
    .strictObject({
      employees: dtos.default([]),
      payCodes: z
        .array(z.strictObject({ payCodeId: z.string(), externalPayCodeId: z.string().optional() }))
        .default([]),
    })
    .optional(),
  estate: z
    .strictObject({
      persons: dtos.default([]),
      apartments: dtos.default([]),
      bonds: dtos.default([]),
      housingCompany: dto.nullable().default(null),
    })
    .optional(),
  repeatedPayrollBatch: z.enum(['imported', 'refused']).optional(),
  createdOrder: z.enum(['batch', 'id', 'nothing']).optional(),
  badOrder: z.enum(['refused', 'listed']).optional(),
});

const edit = z.strictObject({ register: z.enum(['customer', 'product', 'order']), key: z.string(), fields: dto });

type Handle = (world: World, part: string, body: unknown) => { status: number; value?: unknown };

const created = (value: unknown) => ({ status: 201, value });
const found = (value: unknown) => (value === undefined ? { status: 404 } : { status: 200, value });
const gone = (was: boolean) => ({ status: was ? 204 : 404 });

/** What a test may do to the sandbox. `:part` is one path segment. */
const ROUTES: Readonly<Record<string, Handle>> = {
  'GET /_sandbox/health': () => found({ status: 'well' }),
  'GET /_sandbox/faults': (world) => found(world.faults.list()),
  'POST /_sandbox/faults': (world, _, body) => created({ id: world.faults.add(fault.parse(body)) }),
  'DELETE /_sandbox/faults': (world) => (world.faults.clear(), { status: 204 }),
  'DELETE /_sandbox/faults/:part': (world, id) => gone(world.faults.remove(Number(id))),
  'POST /_sandbox/partners': (world, _, body) => (world.addPartner(partner.parse(body)), { status: 204 }),
  'DELETE /_sandbox/partners/:part': (world, id) => gone(world.removePartner(id)),
  'POST /_sandbox/companies': (world, _, body) =>
    created(
      z
        .array(company)
        .parse(body)
        .map((seed) => world.addCompany(seed).shown),
    ),
  'GET /_sandbox/companies': (world) => found(world.allCompanies().map(({ shown }) => shown)),
  'GET /_sandbox/companies/:part': (world, cuid) => found(world.company(cuid)?.registers),
  'POST /_sandbox/companies/:part/edits': (world, cuid, body) => {
    const of = world.company(cuid);
    return of && edited(of, edit.parse(body), world.clock()) ? { status: 204 } : { status: 404 };
  },
  'GET /_sandbox/journal': (world) => found(world.journal.entries()),
  'GET /_sandbox/traffic': (world) => found(world.traffic()),
  'GET /_sandbox/refusals': (world) => found(world.refusals),
};

/** Answers one control call with JSON; a body that is not understood is a 400 that says why. */
export async function control(world: World, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = ''] = (incoming.url ?? '').split('?');
  const [empty, root, noun, part, ...rest] = path.split('/');
  const name = [empty, root, noun, ...(part === undefined ? [] : [':part']), ...rest].join('/');
  const handle = ROUTES[`${incoming.method ?? ''} ${name}`];
  const { status, value } = handle ? await handled(handle, world, part ?? '', incoming) : { status: 404 };
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

async function handled(
  handle: Handle,
  world: World,
  part: string,
  incoming: IncomingMessage,
): Promise<{ status: number; value?: unknown }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return handle(world, decodeURIComponent(part), text === '' ? undefined : (JSON.parse(text) as unknown));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError || error instanceof URIError) {
      return { status: 400, value: { message: error.message } };
    }
    throw error;
  }
}
