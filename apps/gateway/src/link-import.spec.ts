import { randomUUID } from 'node:crypto';

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';

import type { QuestionClient } from '#lib/bus';
import { type LinkBody, linkBody, listCompanies, listPartnerUsers, saveLink, showLink } from '#lib/contracts';
import { RemoteError } from '#lib/errors';

import { importLinks } from './link-import.js';
import { LINK_IMPORT_ROWS, readLinkFile } from './link-import-file.js';

const HEAD = 'business-id;partner-user;customers';

describe('a file of links', () => {
  it.each([
    [';', 'business-id;customers\n1;none'],
    [',', 'business-id,customers\r\n1,none\r\n'],
    ['tab', 'business-id\tcustomers\n1\tnone'],
    ['byte order mark', '\ufeffbusiness-id;customers\n\n1;none\n;\n'],
  ])('is read with %s', (_, text) => {
    expect(readLinkFile(text)).toMatchObject([
      { businessId: '1', partnerUser: undefined, given: [{ path: ['settings', 'customers'], value: 'none' }] },
    ]);
  });

  it.each([
    ['', undefined],
    ['-', null],
    ['true', true],
    ['false', false],
    ['45', 45],
    ['4x5', '4x5'],
  ])('gives %j as %j', (cell, value) => {
    const [row] = readLinkFile(`business-id;registersEveryMinutes\n1;${cell}`);
    expect(row?.given[0]?.value).toBe(value);
  });

  it('keeps digits that are a name as they are', () => {
    const [row] = readLinkFile('business-id;dimensions.projects\n1;2026');
    expect(row?.given[0]?.value).toBe('2026');
  });

  it.each([
    ['column-unknown', 'business-id;customerKey\n1;x'],
    ['column-twice', 'business-id;customers;customers\n1;x;y'],
    ['business-id-missing', 'customers\nnone'],
    ['malformed', 'business-id;customers\n"1;none'],
    ['too-long', `business-id\n${'1\n'.repeat(LINK_IMPORT_ROWS + 1)}`],
  ])('is refused as a whole: %s', (code, text) => {
    expect(() => readLinkFile(text)).toThrow(expect.objectContaining({ code: `link-import.${code}` }));
  });
});

const PARTNER = randomUUID();
const partnerUser = {
  id: PARTNER,
  userName: 'severa.siirto',
  company: 'Oy',
  businessId: null,
  email: null,
  mobile: null,
  language: 'FIN',
  active: true,
  scopeCompanyId: null,
  externalNote: null,
  weekdayRestriction: null,
  weekendRestricted: false,
  addresses: null,
};
const elsewhere = { ...partnerUser, id: randomUUID(), userName: 'severa.muu', scopeCompanyId: randomUUID() };
const companies = ['1', '2', '3', '3'].map((businessId) => ({
  companyId: randomUUID(),
  name: `Oy ${businessId}`,
  fivaldiNumber: businessId,
  businessId,
  webServices: true,
}));

interface Contract {
  readonly pattern: string;
  readonly ask: z.ZodType;
}

/** The other services' part, kept to the contracts: two pages of companies, and links that can be saved. */
class Services {
  readonly links = new Map<string, { link: LinkBody; mark: number }>();
  saves = 0;

  ask(contract: Contract, body: unknown): Promise<unknown> {
    const asked = contract.ask.parse(body) as Record<string, never>;
    switch (contract.pattern) {
      case listCompanies.pattern:
        return Promise.resolve(
          asked['cursor']
            ? { companies: companies.slice(2), next: null }
            : { companies: companies.slice(0, 2), next: 'x' },
        );
      case listPartnerUsers.pattern:
        return Promise.resolve(
          asked['after']
            ? { partnerUsers: [partnerUser], next: null }
            : { partnerUsers: [elsewhere], next: 'severa.muu' },
        );
      case showLink.pattern: {
        const found = this.links.get(asked['companyId'] ?? '');
        return Promise.resolve({ link: found ? { ...found.link, mark: String(found.mark) } : null });
      }
      case saveLink.pattern:
        return this.save(asked as unknown as z.output<typeof saveLink.ask>);
      default:
        throw new TypeError(contract.pattern);
    }
  }

  private save({ companyId, link, ifMark }: z.output<typeof saveLink.ask>): Promise<unknown> {
    if (link.organisationId === '2') {
      return Promise.reject(new RemoteError('conflict', 'link.taken', 'Another company is linked to it'));
    }
    const mark = this.links.get(companyId)?.mark ?? null;
    expect(ifMark).toBe(mark === null ? null : String(mark));
    this.saves += 1;
    this.links.set(companyId, { link, mark: (mark ?? 0) + 1 });
    return Promise.resolve({ mark: String((mark ?? 0) + 1) });
  }
}

let services: Services;
beforeEach(() => {
  services = new Services();
});
const within = { environmentId: randomUUID(), by: { kind: 'person', id: 'a1' }, address: null } as const;
const carryOut = (text: string, commit = true) =>
  importLinks(services as unknown as QuestionClient, readLinkFile(text), { within, commit, language: 'en' });

describe('an import of links', () => {
  it('says what each row would do, and saves nothing', async () => {
    expect(await carryOut(`${HEAD}\n1;severa.siirto;none`, false)).toMatchObject([{ line: 2, outcome: 'create' }]);
    expect(services.saves).toBe(0);
  });

  it('links a company under its business ID, and does nothing the second time', async () => {
    const text = `${HEAD};dimensions.projects\n1;severa.siirto;to-netvisor;Projekti`;
    expect(await carryOut(text)).toMatchObject([{ outcome: 'create', companyId: companies[0]?.companyId }]);
    expect(services.links.get(companies[0]?.companyId ?? '')?.link).toEqual(
      linkBody.parse({
        partnerUserId: PARTNER,
        organisationId: '1',
        settings: { customers: 'to-netvisor', dimensions: { projects: 'Projekti' } },
      }),
    );
    expect(await carryOut(text)).toMatchObject([{ outcome: 'same' }]);
    expect(services.saves).toBe(1);
  });

  it('changes what the row gives, and leaves the rest', async () => {
    await carryOut(`${HEAD};payments.mode\n1;severa.siirto;to-netvisor;automatic`);
    expect(await carryOut('business-id;customers;payments.mode\n1;none;')).toMatchObject([{ outcome: 'change' }]);
    expect(services.links.get(companies[0]?.companyId ?? '')?.link).toMatchObject({
      partnerUserId: PARTNER,
      settings: { customers: 'none', payments: { mode: 'automatic' } },
    });
  });

  it.each([
    ['no business ID', ';severa.siirto;none', 'business-id', 'missing'],
    ['an unknown company', '9;severa.siirto;none', 'business-id', 'unknown'],
    ['a business ID of two companies', '3;severa.siirto;none', 'business-id', 'ambiguous'],
    ['an unknown partner user', '1;somebody;none', 'partner-user', 'unknown'],
    ['a partner user of another company only', '1;severa.muu;none', 'partner-user', 'unknown'],
    ['no partner user', '1;;none', 'partner-user', 'invalid_type'],
    ['a value that there is not', '1;severa.siirto;sideways', 'customers', 'invalid_value'],
    ['an organisation that is taken', '2;severa.siirto;none', 'business-id', 'link.taken'],
  ])('names the mistake of a row, and saves the others: %s', async (_, row, column, code) => {
    const other = row.startsWith('1') ? '2' : '1';
    const [first, second] = await carryOut(`${HEAD}\n${row}\n${other};severa.siirto;none`);
    expect(first).toMatchObject({ line: 2, outcome: 'blocked', mistakes: [{ column, code }] });
    expect(second?.outcome).toBe(other === '1' ? 'create' : 'blocked');
  });

  it.each([
    ['fi', ['Y-tunnus puuttuu.'], ['Arvo ei ole mikään sallituista.']],
    ['sv', ['FO-numret saknas.'], ['Värdet är inget av de tillåtna.']],
  ] as const)('names mistakes in the reader’s language: %s', async (language, missing, invalid) => {
    const rows = await importLinks(
      services as unknown as QuestionClient,
      readLinkFile(`${HEAD}\n;severa.siirto;none\n1;severa.siirto;sideways`),
      { within, commit: false, language },
    );
    expect(rows.map(({ mistakes }) => mistakes.map(({ message }) => message))).toEqual([missing, invalid]);
  });

  it('knows a company by its business ID, with its hyphen or without', () => {
    expect(readLinkFile('business-id\n19675438\n1967543-8').map(({ businessId }) => businessId)).toEqual([
      '1967543-8',
      '1967543-8',
    ]);
  });

  it('takes no row of a business ID that stands there twice', async () => {
    const rows = await carryOut(`${HEAD}\n1;severa.siirto;none\n1;severa.siirto;to-netvisor`);
    expect(rows).toMatchObject([{ mistakes: [{ code: 'twice' }] }, { mistakes: [{ code: 'twice' }] }]);
    expect(services.saves).toBe(0);
  });
});
