import type { ApiClient } from '../local/api-client.ts';
import type { Installation } from '../local/installation.ts';
import { addPartner, ENVIRONMENT, grant, onboardCompany } from './company.ts';
import { deliveryScene } from './delivery-scene.ts';
import { customers, customersWithFaults, products } from './documents.ts';
import { exportScene } from './export-scene.ts';
import { linkScenes } from './link-scene.ts';
import { nextMinute, tomorrow } from './opening.ts';
import { orderScene } from './order-scene.ts';
import { type Scene, summary } from './scene.ts';

/** Shows the main job on real documents, scene by scene. Each scene tells whether it came out as it must. */
export async function tellStory(
  operator: ApiClient,
  { fivaldi, linked }: Pick<Installation, 'fivaldi' | 'linked'>,
  show: (scene: Scene) => void,
): Promise<boolean> {
  await operator.saveRule('environment', ENVIRONMENT, { name: 'Tilitoimisto Esimerkki Oy' });
  const partner = await addPartner(operator, 'Kumppani Oy');
  const company = await onboardCompany(operator, 'Kahvila Koivu Oy');
  const patient = await onboardCompany(operator, 'Leipomo Lehmus Oy');
  const replacing = await onboardCompany(operator, 'Kauppa Kuusi Oy', { productRegister: 'replace-all' });
  for (const one of [company, patient, replacing]) await grant(operator, partner, one);
  const { client } = partner;
  let well = true;
  const play = (scene: Scene): void => {
    well &&= scene.well;
    show(scene);
  };

  // It waits for the next whole minute while the other scenes are played.
  const waiting = await sendBeforeOpening();

  const sent = await client.importDocument(company.id, 'tuoterekisteri', products(company.number, 500));
  const imported = await client.settled(sent.body.id);
  play({
    title: 'A product register goes in (500 products, ISO-8859-15)',
    well: sent.status === 202 && imported.state === 'succeeded' && imported.effect['created'] === 500,
    lines: [summary(imported)],
  });

  const faulty = await client.importDocument(company.id, 'yritysrekisteri', customersWithFaults(company.number));
  const partial = await client.settled(faulty.body.id);
  const rejected = await client.items(faulty.body.id, 'outcome=rejected');
  const faults = rejected.flatMap((item) => item.faults ?? []);
  play({
    title: 'A company register with two records that cannot go in',
    well: partial.state === 'partial' && partial.effect['created'] === 2 && faults.length === 2,
    lines: [summary(partial), ...faults.map(({ message }) => message)],
  });

  play(await refused());
  play(await preview());
  play(await heldAndReleased());
  play(await orderScene(operator));
  play(await exportScene(operator, company));
  if (fivaldi) play(await deliveryScene(operator, partner, fivaldi));
  if (linked) for await (const scene of linkScenes(operator, linked)) play(scene);
  play(await opened());
  return well;

  async function sendBeforeOpening(): Promise<{ id: string; waitsUntil: string | null; status: number }> {
    await operator.saveRule('restriction-group', 'seuraava-minuutti', {
      companyId: patient.id,
      times: nextMinute(new Date()),
      partnerUserIds: [partner.id],
    });
    const answer = await client.importDocument(patient.id, 'tuoterekisteri', products(patient.number, 20), {
      whenClosed: 'wait',
    });
    return { id: answer.body.id, waitsUntil: answer.body.waitsUntil, status: answer.status };
  }

  async function opened(): Promise<Scene> {
    const before = await client.transfer(waiting.id);
    const after = await client.settled(waiting.id, 100);
    return {
      title: 'A document that waits for its window, and then goes in',
      well: waiting.status === 202 && waiting.waitsUntil !== null && after.state === 'succeeded',
      lines: [
        `accepted outside its window, to wait until ${waiting.waitsUntil ?? '?'} (${before.state})`,
        summary(after),
      ],
    };
  }

  async function refused(): Promise<Scene> {
    const stranger = await addPartner(operator, 'Toinen Kumppani Oy');
    await operator.saveRule('restriction-group', 'huomenna', {
      companyId: company.id,
      times: tomorrow(new Date()),
      addresses: ['192.0.2.0/24'],
      partnerUserIds: [stranger.id],
    });
    const answer = await stranger.client.importDocument(company.id, 'tuoterekisteri', products(company.number, 1));
    const { reasons, explanations, opensAt } = answer.body as unknown as {
      reasons?: string[];
      explanations?: { reason: string; owner: string; message: string }[];
      opensAt?: string;
    };
    return {
      title: 'An import that the rules refuse, with every reason',
      well:
        answer.status === 403 &&
        ['COMPANY_GRANT_MISSING', 'GROUP_IP_NOT_ALLOWED', 'GROUP_TIME'].every((reason) => reasons?.includes(reason)) &&
        opensAt !== null,
      lines: [
        ...(explanations ?? []).map(({ reason, owner, message }) => `403 ${reason} (${owner}): ${message}`),
        `its window opens ${opensAt ?? '?'}`,
      ],
    };
  }

  async function preview(): Promise<Scene> {
    const full = await client.importDocument(
      company.id,
      'yritysrekisteri',
      customers(company.number, 40, { withEInvoice: true }),
    );
    await client.settled(full.body.id);
    const dry = await client.importDocument(
      company.id,
      'yritysrekisteri',
      customers(company.number, 40, { withEInvoice: false }),
      { dryRun: true },
    );
    const shown = await client.settled(dry.body.id);
    const [first] = await client.items(dry.body.id, 'outcome=updated&limit=1');
    const change = first?.changes?.[0];
    return {
      title: 'A preview (dryRun=true) of a document that lacks the e-invoice addresses',
      well: shown.state === 'succeeded' && shown.effect['emptied'] === 40 && change?.field === 'einvoice_address',
      lines: [
        `${summary(shown)}; nothing was changed`,
        `for example ${first?.key}: ${change?.field} ${change?.before} → ${change?.after ?? '(empty)'}`,
      ],
    };
  }

  async function heldAndReleased(): Promise<Scene> {
    const all = await client.importDocument(replacing.id, 'tuoterekisteri', products(replacing.number, 100));
    await client.settled(all.body.id);
    const fewer = await client.importDocument(replacing.id, 'tuoterekisteri', products(replacing.number, 60));
    const held = await client.settled(fewer.body.id);
    const released = await operator.call('POST', `/v1/transfers/${fewer.body.id}/release`, {
      headers: { 'if-match': `"${held.effectMark}"` },
    });
    const after = await client.settled(fewer.body.id);
    return {
      title: 'An import that would delete 40 products: held by the brake, released by a person',
      well:
        held.state === 'held' &&
        held.effect['deleted'] === 40 &&
        released.status === 200 &&
        after.state === 'succeeded' &&
        after.effect['deleted'] === 40,
      lines: [`${summary(held)} (${held.effect.brake?.join(', ')})`, `released: ${summary(after)}`],
    };
  }
}
