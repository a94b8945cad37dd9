import type { ApiClient } from '../local/api-client.ts';
import { addPartner, type DemoCompany, grant, onboardCompany, type Right } from './company.ts';
import { type Scene, summary } from './scene.ts';

const STREAM = 'tuoterekisteri';
const RIGHTS: readonly Right[] = [
  { stream: STREAM, direction: 'import' },
  { stream: STREAM, direction: 'export' },
];

/** A register that is read out of one company and goes into another as it is. */
export async function exportScene(operator: ApiClient, from: DemoCompany): Promise<Scene> {
  const reader = await addPartner(operator, 'Raporttitalo Oy', RIGHTS);
  const to = await onboardCompany(operator, 'Kahvila Kataja Oy');
  for (const company of [from, to]) await grant(operator, reader, company, RIGHTS);

  const exported = await reader.client.exportDocument(from.id, STREAM);
  const document = exported.replace(`<FVBusinessId>${from.number}<`, `<FVBusinessId>${to.number}<`);
  const sent = await reader.client.importDocument(to.id, STREAM, document);
  const imported = await reader.client.settled(sent.body.id);
  const copy = await reader.client.exportDocument(to.id, STREAM);
  const isEqual = recordsOf(copy) === recordsOf(exported);
  return {
    title: 'A product register is read out, goes into another company, and is the same there',
    well: isEqual && imported.state === 'succeeded' && imported.effect['created'] === 500,
    lines: [
      `a document of ${Buffer.byteLength(exported)} bytes`,
      summary(imported),
      isEqual ? 'read out again, its records are the same, letter for letter' : 'read out again, its records differ',
    ],
  };
}

/** Without whose register it is and when it was read. */
const recordsOf = (document: string): string => document.slice(document.indexOf('</FVCreationTime>'));
