import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DemoCompany } from '../../scripts/demo/company.ts';
import { full } from './full.ts';
import { sharedServers } from './ground.ts';
import { Stage } from './stage.ts';

/** The short form cuts at every so many bytes, and at each of the last ones. */
const STEP = full ? 1 : 41;
const LAST = 4;
const CLIENTS = 4;
const RECORDS = 5;
const LIMIT = 600_000;

type Register = 'product' | 'company';

interface Form {
  readonly name: string;
  readonly encoding: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes: (text: string) => Buffer;
}

const FORMS: readonly Form[] = [
  { name: 'UTF-8', encoding: 'UTF-8', bytes: (text) => Buffer.from(text) },
  // The euro sign stands where Latin-1 has the currency sign.
  {
    name: 'ISO-8859-15',
    encoding: 'ISO-8859-15',
    bytes: (text) => Buffer.from(text.replaceAll('€', '\u00a4'), 'latin1'),
  },
  { name: 'UTF-16 with a BOM', encoding: 'UTF-16', bytes: (text) => Buffer.from(`\ufeff${text}`, 'utf16le') },
  { name: 'gzip', encoding: 'UTF-8', headers: { 'content-encoding': 'gzip' }, bytes: (text) => gzipSync(text) },
];

const CASES = (
  [
    ['product', 'replace-all'],
    ['product', 'update-all'],
    ['company', 'update-all'],
  ] as const
).flatMap(([register, mode]) => FORMS.map((form) => [register, mode, form.name, form] as const));

const STREAMS: Readonly<Record<Register, string>> = { product: 'tuoterekisteri', company: 'yritysrekisteri' };

const RECORD: Readonly<Record<Register, (no: number, name: string) => string>> = {
  product: (no, name) =>
    `<Product><ProductCode>T${no}</ProductCode><ProductName>${name} ${no} €</ProductName></Product>`,
  company: (no, name) => `<Company><CompanyId>A${no}</CompanyId><CompanyName1>${name} ${no} €</CompanyName1></Company>`,
};

/** No line ends the document: every byte of it counts. */
function documentOf(register: Register, { number }: DemoCompany, encoding: string, name: string): string {
  const rows = Array.from({ length: RECORDS }, (_, index) => RECORD[register](index + 1, name));
  return (
    `<?xml version="1.0" encoding="${encoding}"?><FivaldiXML><FVBusinessId>${number}</FVBusinessId>` +
    `${rows.join('')}</FivaldiXML>`
  );
}

/** The lengths to which a document of so many bytes is cut. */
const cutsOf = (length: number): number[] =>
  Array.from({ length }, (_, end) => end).filter((end) => end % STEP === 0 || end >= length - LAST);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open(await sharedServers());
}, 120_000);
afterAll(() => stage?.close(), 60_000);

describe('a document that is cut', () => {
  it.each(CASES)(
    'of the %s register under %s, in %s: is refused at every byte, and the register stays as it was',
    async (register, mode, _name, { encoding, headers = {}, bytes }) => {
      const { company } = await stage.sender({ [`${register}Register`]: mode });
      const send = (document: Buffer) =>
        stage.partner.client.importDocument(company.id, STREAMS[register], document, { headers });
      const carriedOut = async (document: Buffer): Promise<string> =>
        (await stage.partner.client.settled((await send(document)).body.id)).state;
      expect(await carriedOut(bytes(documentOf(register, company, encoding, 'Höylä')))).toBe('succeeded');
      const before = await standing(register, company);

      const whole = bytes(documentOf(register, company, encoding, 'Äes'));
      const cuts = cutsOf(whole.length);
      const taken: number[] = [];
      const client = async (): Promise<void> => {
        for (let end = cuts.shift(); end !== undefined; end = cuts.shift()) {
          if ((await send(whole.subarray(0, end))).status !== 400) taken.push(end);
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      expect(taken).toEqual([]);
      expect(await standing(register, company)).toEqual(before);

      // It was the cut that kept it out.
      expect(await carriedOut(whole)).toBe('succeeded');
      expect(await standing(register, company)).not.toEqual(before);
    },
    LIMIT,
  );
});

/** Every row of the register in one sum, and how many transfers there are. */
async function standing(register: Register, { id }: DemoCompany): Promise<unknown> {
  const { rows } = await stage.database.query(
    `select (select md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from fivaldi.${register}_record r
              where company_id = $1) as register,
            (select count(*)::int from transfers.transfer where company_id = $1) as transfers,
            (select count(*)::int from transfers.document where company_id = $1) as documents`,
    [id],
  );
  return rows[0];
}
