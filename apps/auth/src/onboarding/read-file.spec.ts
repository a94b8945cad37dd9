import { describe, expect, it } from '@jest/globals';

import { delimiterOf } from './csv-rows.js';
import { type OnboardingFile, readFile, type ReadRow } from './read-file.js';
import { archive, columnName, workbook, workbookOf } from './workbook.spec-support.js';

async function read(bytes: string | Buffer, how: Partial<OnboardingFile> = {}): Promise<ReadRow[]> {
  const rows: ReadRow[] = [];
  for await (const row of readFile({ bytes: Buffer.from(bytes), form: 'csv', charset: null, ...how })) rows.push(row);
  return rows;
}
const given = async (...file: Parameters<typeof read>) => (await read(...file)).map((row) => row.given);

/** The code of the refusal, and its details. */
async function refusal(...file: Parameters<typeof read>): Promise<{ code: string; details: Record<string, unknown> }> {
  try {
    await read(...file);
  } catch (error) {
    return error as { code: string; details: Record<string, unknown> };
  }
  throw new Error('the file was read');
}

const LETTERS = 'Åkerö Säkö Oy';
const HEAD = 'Yritys;Fivaldi-numero';

describe('a file that is wrong in every cell', () => {
  const modes = ['Yritysrekisteri', 'Tuoterekisteri', 'Myyntitilaukset', 'Palkat'];
  const wrong = (no: number): string => modes.map((mode) => `${mode} ${no}`.padEnd(60, 'qwertyuiop')).join(';');
  const lines = Array.from({ length: 200 }, (_, no) => `A Oy;${no};${wrong(no)}`);

  it('takes its time, and lets others have their turn meanwhile', async () => {
    let turns = 0;
    let reading = true;
    const take = (): void => void ((turns += 1), reading && setImmediate(take));
    setImmediate(take);
    const rows = await read([`${HEAD};${modes.join(';')}`, ...lines].join('\n'));
    reading = false;
    expect(rows.flatMap(({ mistakes }) => mistakes.map(({ code }) => code))).toEqual(Array(800).fill('mode.unknown'));
    expect(turns).toBeGreaterThanOrEqual(8);
  });
});

describe('a CSV file', () => {
  it.each([
    ['semicolons', ';'],
    ['commas', ','],
    ['tabs', '\t'],
  ])('may have its cells between %s', async (_, mark) => {
    const text = [`Nimi${mark}Fivaldi-numero`, `"Oy ${mark} Ab"${mark}0012`].join('\n');
    expect(delimiterOf(text)).toBe(mark);
    expect(await given(text)).toEqual([{ name: `Oy ${mark} Ab`, fivaldiNumber: '0012' }]);
  });

  it.each<[string, Buffer, string | null]>([
    ['UTF-8', Buffer.from(`${HEAD}\n${LETTERS};1`), null],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${HEAD}\n${LETTERS};1`), null],
    ['UTF-16, little end first', Buffer.from(`\ufeff${HEAD}\n${LETTERS};1`, 'utf16le'), null],
    ['UTF-16, big end first', Buffer.from(`\ufeff${HEAD}\n${LETTERS};1`, 'utf16le').swap16(), null],
    ['ISO-8859-1 that says so', Buffer.from(`${HEAD}\n${LETTERS};1`, 'latin1'), 'ISO-8859-1'],
    ['ISO-8859-15 that says so', Buffer.from(`${HEAD}\n${LETTERS};1`, 'latin1'), 'iso-8859-15'],
    ['what spreadsheets write and do not name', Buffer.from(`${HEAD}\n${LETTERS};1`, 'latin1'), null],
  ])('may be written in %s', async (_, bytes, charset) => {
    expect(await given(bytes, { charset })).toEqual([{ name: LETTERS, fivaldiNumber: '1' }]);
  });

  it.each([
    ['Finnish', 'Yritys;Y-tunnus;FIVALDI NUMERO;Web services;malli;Tuoterekisterin tuontitapa'],
    ['Swedish', 'Företag;FO-nummer;Fivaldi-nummer;Webbtjänster;Mall;Produktregistrets importsätt'],
    ['English', 'company;business_id;Fivaldi number;Web Services;Template;Product register mode'],
  ])('may name its columns in %s', async (_, head) => {
    expect(await given(`${head}\nA Oy;0112038-9;7;ja;Perus;Päivitä kaikki tietueet`)).toEqual([
      {
        name: 'A Oy',
        businessId: '0112038-9',
        fivaldiNumber: '7',
        webServices: true,
        template: 'Perus',
        productRegister: 'update-all',
      },
    ]);
  });

  it('keeps what looks like a formula as the text that it is', async () => {
    const formulas = ['=1+1', '+358', '-1', '@SUM(A1)', '=cmd|calc!A0'];
    const rows = await given([HEAD, ...formulas.map((text, n) => `${text};${n}`)].join('\n'));
    expect(rows.map(({ name }) => name)).toEqual(formulas);
  });

  it('counts its lines and leaves empty ones out', async () => {
    const rows = await read(`${HEAD}\n\nA;1\n;;\n"B\nb";2\nC;3\n`);
    expect(rows.map(({ no, line, given: { name } }) => [no, line, name])).toEqual([
      [1, 3, 'A'],
      [2, 6, 'B\nb'],
      [3, 7, 'C'],
    ]);
  });

  it('names everything that is wrong with its first row, and the nearest known name', async () => {
    const { code, details } = await refusal('Yritis;Y-tunnus;Y tunnus;Fivaldi numro\nA;;;1');
    expect(code).toBe('onboarding-file.headers-unknown');
    expect(details['errors']).toEqual([
      { code: 'header.unknown', column: 1, header: 'Yritis', nearest: 'Yritys' },
      { code: 'header.repeated', column: 3, header: 'Y tunnus', field: 'businessId' },
      { code: 'header.unknown', column: 4, header: 'Fivaldi numro', nearest: 'Fivaldi-numero' },
      { code: 'header.missing', field: 'name', header: 'Yritys' },
      { code: 'header.missing', field: 'fivaldiNumber', header: 'Fivaldi-numero' },
    ]);
  });

  it('says of a cell without a header that it has none', async () => {
    const [row] = await read(`${HEAD}\nA;1;hukassa`);
    expect(row?.mistakes).toMatchObject([{ field: 'row', code: 'row.stray-cell', value: 'hukassa' }]);
  });

  it.each<[string, string | Buffer, string, string | null]>([
    ['nothing', '', 'empty', null],
    ['a header alone', HEAD, 'empty', null],
    ['a million columns', `${'a;'.repeat(1_000_000)}\n1`, 'too-complex', null],
    ['a few hundred columns', `${HEAD};${'Yritys;'.repeat(300)}\n1`, 'headers-unknown', null],
    ['a quote that is never closed', `${HEAD}\n"A;1\n`, 'malformed', null],
    ['a program', Buffer.from('7f454c4602010100000000000000000003003e00', 'hex'), 'not-text', null],
    ['UTF-8 that is cut', Buffer.concat([Buffer.from(`${HEAD}\nA`), Buffer.from([0xc3])]), 'encoding-broken', 'utf-8'],
    ['an encoding that nobody knows', `${HEAD}\nA;1`, 'encoding-unknown', 'ebcdic'],
    ['too many rows', `${HEAD}\n${'A;1\n'.repeat(20_001)}`, 'too-many-rows', null],
  ])('that is %s is refused', async (_, bytes, why, charset) => {
    expect((await refusal(bytes, { charset })).code).toBe(`onboarding-file.${why}`);
  });
});

describe('a workbook', () => {
  const xlsx = { form: 'xlsx' } as const;

  it('is read from its first sheet, numbers as they are written', async () => {
    const bytes = workbook(
      ['Nimi', 'Fivaldi-numero', 'Jarru %'],
      ['A & B Oy', '0012', 20],
      [LETTERS, 123456789012, ''],
    );
    expect(await given(bytes, xlsx)).toEqual([
      { name: 'A & B Oy', fivaldiNumber: '0012', brakePercent: 20 },
      { name: LETTERS, fivaldiNumber: '123456789012' },
    ]);
  });

  it('gives the result of a formula as text, and calculates nothing', async () => {
    const bytes = workbook(['Nimi', 'Fivaldi-numero'], [{ formula: 'HYPERLINK("http://x")', result: '=HYPERLINK' }, 7]);
    expect(await given(bytes, xlsx)).toEqual([{ name: '=HYPERLINK', fivaldiNumber: '7' }]);
  });

  const manyCells = (): string =>
    Array.from({ length: 100_000 }, (_, n) => `<c r="${columnName(n)}1"><v>1</v></c>`).join('');
  const sixtyMegabytes = Buffer.alloc(60_000_000, 0x20);
  it.each<[string, () => Buffer, string]>([
    ['a CSV file', () => Buffer.from(`${HEAD}\nA;1`), 'not-a-workbook'],
    ['cut in the middle', () => workbook(['Nimi'], ['A']).subarray(0, 900), 'not-a-workbook'],
    ['an archive of something else', () => archive([{ name: 'letter.txt', data: 'hello' }]), 'not-a-workbook'],
    ['a bomb', () => workbookOf('', [{ name: 'xl/styles.xml', data: sixtyMegabytes }]), 'unpacks-too-large'],
    [
      'a bomb that says it is small',
      () => workbookOf('', [{ name: 'xl/styles.xml', data: sixtyMegabytes, claims: 10 }]),
      'unpacks-too-large',
    ],
    ['a cell in column XFD', () => workbookOf('<row r="1"><c r="XFD1"><v>1</v></c></row>'), 'too-complex'],
    ['a hundred thousand columns', () => workbookOf(`<row r="1">${manyCells()}</row>`), 'too-complex'],
    ['too many rows', () => workbook(...Array.from({ length: 20_002 }, (): string[] => ['a'])), 'too-many-rows'],
    ['a sheet that is no XML', () => workbookOf('<row><c r="A1" t="inlineStr"><is><t>a</row>'), 'not-a-workbook'],
  ])('that is %s is refused', async (_, bytes, why) => {
    expect((await refusal(bytes(), xlsx)).code).toBe(`onboarding-file.${why}`);
  });
});
