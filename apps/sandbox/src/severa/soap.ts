import { readXml } from '../netvisor/read-xml.js';
import type { XmlElement } from '../netvisor/xml.js';
import type { Answer } from '../wire.js';
import type { Organisation } from './organisation.js';
import { dayOf } from './model.js';

export const SOAP_PATH = '/webservice/S3/API.svc';

const SEVERA = 'http://soap.severa.com/';
const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const ENTITIES = 'http://schemas.datacontract.org/2004/07/Severa.Entities.API';
const VERSION = '4.2';

/** A call of the older interface, as far as it is here: whether it is for the version, and with which key. */
interface SoapCall {
  readonly asksVersion: boolean;
  readonly key: string | null;
}

/**
 * `IAPI.GetVersion`, the cheapest thing that a key [API-avain] opens. A fault is a 500 with the kind of the failure in
 * its detail; how that detail is spelt beyond its name is not known.
 */
export function soapAnswer(
  { body, action }: { body: Buffer; action: string | undefined },
  organisationOf: (key: string) => Organisation | undefined,
  now: Date,
): Answer {
  const call = soapCall(body.toString('utf8'));
  if (!call) return fault('GeneralFailureException', 'The message is not a SOAP envelope.');
  if (!call.asksVersion || action?.replaceAll('"', '') !== `${SEVERA}IAPI/GetVersion`) {
    return fault('GeneralFailureException', 'The operation is not known.');
  }
  const organisation = call.key === null ? undefined : organisationOf(call.key);
  if (!organisation || organisation.userRemoved) return fault('AuthenticationFailureException', 'Access denied.');
  const { soapQuota } = organisation.settings;
  const { soapCalls } = organisation;
  if (soapCalls.day !== dayOf(now)) organisation.soapCalls = { day: dayOf(now), count: 0 };
  if (organisation.soapCalls.count >= soapQuota) return fault('QuotaLimitExceededException', 'Quota limit reached');
  organisation.soapCalls.count += 1;
  const header =
    `<Quota xmlns="${SEVERA}">${soapQuota}</Quota>` +
    `<UsedQuota xmlns="${SEVERA}">${organisation.soapCalls.count}</UsedQuota>`;
  const result = `<GetVersionResponse xmlns="${SEVERA}"><GetVersionResult>${VERSION}</GetVersionResult></GetVersionResponse>`;
  return envelope(200, header, result);
}

function fault(kind: string, message: string): Answer {
  const detail = `<${kind} xmlns="${ENTITIES}"><Message>${message}</Message></${kind}>`;
  const text = `<faultcode>s:Client</faultcode><faultstring xml:lang="en-US">${message}</faultstring>`;
  return envelope(500, '', `<s:Fault>${text}<detail>${detail}</detail></s:Fault>`);
}

function envelope(status: number, header: string, body: string): Answer {
  const head = header === '' ? '' : `<s:Header>${header}</s:Header>`;
  const text = `<s:Envelope xmlns:s="${ENVELOPE}">${head}<s:Body>${body}</s:Body></s:Envelope>`;
  return { status, type: 'text/xml; charset=utf-8', body: Buffer.from(text, 'utf8') };
}

/** Null for what is no envelope. The key is taken as it stands: nothing is trimmed off it. */
function soapCall(text: string): SoapCall | null {
  const read = readXml(text);
  if ('fault' in read) return null;
  const envelope = named(read.root, {});
  if (!envelope.is(ENVELOPE, 'Envelope')) return null;
  const inside = (section: string): Named[] =>
    envelope.children.filter((one) => one.is(ENVELOPE, section)).flatMap(({ children }) => children);
  const key = inside('Header').find((one) => one.is(SEVERA, 'WebServicePassword'));
  return { asksVersion: inside('Body')[0]?.is(SEVERA, 'GetVersion') ?? false, key: key?.text ?? null };
}

/** An element whose prefix is resolved. */
interface Named {
  readonly is: (namespace: string, local: string) => boolean;
  readonly children: Named[];
  readonly text: string;
}

/** `scope` has the namespace of each prefix that is declared outside; the default one is that of `''`. */
function named(element: XmlElement, scope: Readonly<Record<string, string>>): Named {
  const declared = Object.entries(element.attributes).flatMap(([name, value]): [string, string][] =>
    name === 'xmlns' ? [['', value]] : name.startsWith('xmlns:') ? [[name.slice('xmlns:'.length), value]] : [],
  );
  const inner = { ...scope, ...Object.fromEntries(declared) };
  const [prefix, own] = element.name.includes(':') ? element.name.split(':', 2) : ['', element.name];
  return {
    is: (namespace, local) => own === local && inner[prefix ?? ''] === namespace,
    children: element.children.map((child) => named(child, inner)),
    text: element.text,
  };
}
