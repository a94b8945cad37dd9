#!/usr/bin/env node
/**
 * Checks an export of the audit log, with nothing of the service running and nothing installed but Node.
 *
 *   node verify-audit.mjs <directory> --key <public.pem> [--key <older.pem>] [--checkpoints <file>]
 *
 *   <directory>     holds manifest.json, manifest.sig, entries.jsonl or entries.csv, and checkpoints.jsonl
 *   --key           the service's public key, received on another way than the export
 *   --checkpoints   the file outside the database to which every checkpoint was appended, if you have it
 *
 *   exit code | meaning
 *   ----------+-----------------------------------------------------------------------
 *   0         | everything that can be checked holds
 *   1         | something does not; the first fault is named, with its chain and place
 *   2         | it could not be checked: a file or an argument is missing
 *
 * What is checked, and what each check can and cannot show, is in docs/reference/audit-format.md.
 */
import { Buffer } from 'node:buffer';
import console from 'node:console';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const ZEROS = '0'.repeat(64);
/** Whole years that details are kept after the year of the entry, and months for what is personal; see the reference. */
const KEPT = { months: 12, ledger: 6, books: 10 };
const SECURITY = ['access', 'session', 'second-factor', 'password', 'audit'];
const BOOKED = ['kiha', 'palkat', 'tilaukset', 'tilaushistoria'];
/** Fields of a line that are about the entry and not of it. */
const BESIDE = ['hash', 'previous', 'version', 'addressSalt', 'addressSeal', 'detailsSalt', 'detailsSeal'];

/** The first thing that does not hold. */
class Fault extends Error {
  constructor(what, where, message) {
    super(message);
    Object.assign(this, { what, where });
  }
}

class Unusable extends Error {}

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** RFC 8785: members sorted by UTF-16 code unit, no white space. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

function readKeys(paths) {
  const keys = new Map();
  for (const path of paths) {
    const found = read(path).match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
    if (found.length === 0) throw new Unusable(`${path} holds no public key`);
    for (const pem of found) {
      const key = createPublicKey(pem);
      keys.set(sha256(key.export({ type: 'spki', format: 'der' })).slice(0, 16), key);
    }
  }
  return keys;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Unusable(`${path} cannot be read`);
  }
}

const isSigned = (keys, keyId, text, signature) =>
  keys.has(keyId) && verify(null, Buffer.from(text), keys.get(keyId), Buffer.from(signature, 'base64'));

function readManifest(directory, keys) {
  const text = read(join(directory, 'manifest.json'));
  const signature = read(join(directory, 'manifest.sig'));
  const manifest = parsed(text, () => new Fault('manifest-altered', 'manifest.json', 'the manifest does not read'));
  if (!keys.has(manifest.keyId)) {
    throw new Unusable(`The manifest is signed with the key ${manifest.keyId}, which was not given`);
  }
  if (!isSigned(keys, manifest.keyId, text, signature)) {
    throw new Fault('manifest-altered', 'manifest.json', 'the signature is not one over this manifest');
  }
  return manifest;
}

/** The object that a text is. */
function parsed(text, faultOf) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw faultOf();
  }
  if (typeof value !== 'object' || value === null) throw faultOf();
  return value;
}

/** Size and SHA-256 of a file, compared with the manifest; the fault, if there is one, is kept for the end. */
async function fileFault(directory, { name, bytes, sha256: promised }) {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const part of createReadStream(join(directory, name))) {
      hash.update(part);
      size += part.length;
    }
  } catch {
    throw new Unusable(`${join(directory, name)} cannot be read`);
  }
  if (size === bytes && hash.digest('hex') === promised) return null;
  return new Fault('file-altered', name, `${name} is not the file that the manifest is about`);
}

async function* linesOf(path) {
  const input = createReadStream(path, 'utf8');
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') yield line;
}

/** Signed ends of each chain: Map of environment → sorted [{ sequence, hash }]. */
async function readCheckpoints(directory, keys) {
  const anchors = new Map();
  const texts = new Set();
  const last = new Map();
  const take = ({ environmentId, sequence, hash }) => {
    if (!anchors.has(environmentId)) anchors.set(environmentId, []);
    anchors.get(environmentId).push({ sequence, hash });
  };
  for await (const line of linesOf(join(directory, 'checkpoints.jsonl'))) {
    const broken = () => new Fault('checkpoint-altered', 'checkpoints.jsonl', 'a checkpoint does not read');
    const { text, signature } = parsed(line, broken);
    const said = parsed(text, broken);
    const where = `${said.environmentId} ${said.sequence}`;
    if (!keys.has(said.keyId))
      throw new Unusable(`A checkpoint is signed with the key ${said.keyId}; give it with --key`);
    if (!isSigned(keys, said.keyId, text, signature)) {
      throw new Fault('checkpoint-altered', where, `the checkpoint at ${where} is not what was signed`);
    }
    if (said.previous !== (last.get(said.environmentId) ?? ZEROS)) {
      throw new Fault('checkpoint-missing', where, `a checkpoint before the one at ${where} is missing`);
    }
    last.set(said.environmentId, sha256(text));
    texts.add(text);
    take(said);
  }
  return { anchors, texts, take };
}

/** Those told outside up to the export: each must be in it. */
async function compareOutside(path, manifest, keys, { texts, take, anchors }) {
  const chains = new Map(manifest.chains.map((part) => [part.environmentId, part.head.sequence]));
  let missing = null;
  for await (const line of linesOf(path)) {
    let told;
    try {
      told = JSON.parse(line);
      told = { ...told, said: { ...JSON.parse(told.text) } };
    } catch {
      continue; // A line cut off by a crash, or written by anybody: it says nothing.
    }
    const { text, signature, said } = told;
    const isMeant = manifest.scope === 'everywhere' || chains.has(said.environmentId);
    if (!isMeant || !isSigned(keys, said.keyId, text, signature) || texts.has(text)) continue;
    if (said.at > manifest.exportedAt) continue;
    take(said);
    const where = `${said.environmentId} ${said.sequence}`;
    missing ??= new Fault('checkpoint-missing', where, `the checkpoint at ${where} was told outside and is not here`);
  }
  for (const list of anchors.values()) list.sort((a, b) => a.sequence - b.sequence);
  return missing;
}

function hashOf(line, sequence, previous) {
  const entry = Object.fromEntries(Object.entries(line).filter(([name]) => !BESIDE.includes(name)));
  entry.sequence = sequence;
  if (line.version === 2) {
    delete entry.address;
    delete entry.details;
    Object.assign(entry, { addressSeal: line.addressSeal, detailsSeal: line.detailsSeal, version: 2 });
  }
  return sha256(Buffer.from(previous, 'hex'), canonical(entry));
}

/** Whether address and details are what was sealed, or gone after their time. */
function partsHold(line, at) {
  if (line.version !== 2) return true;
  return ['address', 'details'].every((part) => {
    const value = line[part];
    const empty = value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
    const [seal, salt] = [line[`${part}Seal`], line[`${part}Salt`]];
    if (seal === undefined) return empty;
    if (salt === undefined) return empty && expiry(part, line) <= at;
    return sha256(Buffer.from(salt, 'hex'), canonical(value)) === seal;
  });
}

function expiry(part, { action, stream, recordedAt }) {
  const taken = new Date(recordedAt);
  if (part === 'details' && !SECURITY.includes(action.slice(0, action.indexOf('.')))) {
    const years = BOOKED.includes(stream) ? KEPT.books : KEPT.ledger;
    return new Date(Date.UTC(taken.getUTCFullYear() + 1 + years, 0));
  }
  const month = new Date(taken);
  month.setUTCMonth(taken.getUTCMonth() + KEPT.months);
  return month;
}

const isRedacted = (line) =>
  line.version === 2 && ['address', 'details'].some((part) => line[`${part}Seal`] && !line[`${part}Salt`]);

/** One whole chain, entry by entry: every place from 1 to its head. */
class WholeChain {
  constructor(environmentId, part, anchors, at) {
    Object.assign(this, { environmentId, part, anchors, at });
    Object.assign(this, { last: 0, hash: ZEROS, borneOut: 0, next: 0, suspicion: null });
  }

  /** Returns the first fault, as soon as it is certain. */
  take(line) {
    const place = this.last + 1;
    const belongs = hashOf(line, place, this.hash) === line.hash;
    const stands = line.sequence === place;
    if (this.suspicion === null && belongs && stands && partsHold(line, this.at)) {
      this.last = place;
      this.hash = line.hash;
      return this.meetAnchors();
    }
    if (belongs && (this.suspicion !== null || !stands)) return this.fault('reordered', place);
    this.suspicion ??= stands ? 'altered' : 'missing';
    return null;
  }

  meetAnchors() {
    for (; this.anchors[this.next]?.sequence === this.last; this.next += 1) {
      if (this.anchors[this.next].hash !== this.hash) {
        return this.fault('altered', this.borneOut + 1, `a checkpoint contradicts what stands up to ${this.last}`);
      }
      this.borneOut = this.last;
    }
    return null;
  }

  end() {
    const place = this.last + 1;
    if (this.suspicion !== null) return this.fault(this.suspicion, place);
    const known = Math.max(this.part.head.sequence, this.anchors.at(-1)?.sequence ?? 0);
    if (this.last < known) return this.fault('cut', place);
    if (this.last > this.part.head.sequence || this.hash !== this.part.head.hash)
      return this.fault('altered', this.last);
    return null;
  }

  fault(what, sequence, why = '') {
    const where = `${this.environmentId} ${sequence}`;
    return new Fault(what, where, `entry ${sequence} of ${this.environmentId} is ${what}${why && `: ${why}`}`);
  }
}

/** Some entries of a chain: each is what was hashed and stands in its order; which others there were cannot be seen. */
class PartOfChain {
  constructor(environmentId, part, anchors, at) {
    Object.assign(this, { environmentId, part, at, last: null, entries: 0 });
    this.anchors = new Map(anchors.map(({ sequence, hash }) => [sequence, hash]));
  }

  take(line) {
    const fault = (what) =>
      new Fault(
        what,
        `${this.environmentId} ${line.sequence}`,
        `entry ${line.sequence} of ${this.environmentId} is ${what}`,
      );
    if (this.last !== null && line.sequence <= this.last.sequence) return fault('reordered');
    const follows = this.last?.sequence === line.sequence - 1;
    const fits = line.previous !== undefined && hashOf(line, line.sequence, line.previous) === line.hash;
    const signed = this.anchors.get(line.sequence) ?? line.hash;
    if (!fits || signed !== line.hash || !partsHold(line, this.at) || (follows && line.previous !== this.last.hash)) {
      return fault('altered');
    }
    this.last = line;
    this.entries += 1;
    return null;
  }

  end() {
    if (this.entries === this.part.entries && this.last?.hash === this.part.last.hash) return null;
    const where = `${this.environmentId} ${(this.last?.sequence ?? 0) + 1}`;
    return new Fault('missing', where, `${this.environmentId} has ${this.entries} entries of ${this.part.entries}`);
  }
}

/** A line whose fields are of another kind than the log writes is no entry of it. */
function taken(walk, line) {
  try {
    return walk.take(line);
  } catch {
    const { environmentId, sequence } = line;
    return new Fault('altered', `${environmentId} ${sequence}`, `entry ${sequence} of ${environmentId} does not read`);
  }
}

async function checkEntries(directory, manifest, anchors) {
  const Walk = manifest.complete ? WholeChain : PartOfChain;
  const at = new Date(manifest.exportedAt);
  const parts = new Map(manifest.chains.map((part) => [part.environmentId, part]));
  const done = new Set();
  const counts = { entries: 0, redacted: 0 };
  let walk = null;
  const ended = () => {
    const fault = walk?.end() ?? null;
    if (walk) done.add(walk.environmentId);
    if (fault) throw fault;
  };
  for await (const text of linesOf(join(directory, 'entries.jsonl'))) {
    const where = `line ${counts.entries + 1}`;
    const line = parsed(text, () => new Fault('altered', where, `${where} of entries.jsonl does not read`));
    if (walk?.environmentId !== line.environmentId) {
      ended();
      const part = parts.get(line.environmentId);
      if (!part || done.has(line.environmentId)) {
        throw new Fault('altered', `${line.environmentId} ${line.sequence}`, `the manifest has no such chain there`);
      }
      walk = new Walk(line.environmentId, part, anchors.get(line.environmentId) ?? [], at);
    }
    const fault = taken(walk, line);
    if (fault) throw fault;
    counts.entries += 1;
    if (isRedacted(line)) counts.redacted += 1;
  }
  ended();
  // A chain that was taken away whole is known by its head, or by who has signed for it.
  const known = [...parts.keys(), ...(manifest.complete ? anchors.keys() : [])];
  const absent = known.find((environmentId) => !done.has(environmentId));
  if (absent) throw new Fault('cut', `${absent} 1`, `the chain of ${absent} is not there`);
  return counts;
}

async function check(directory, keyPaths, outside) {
  const keys = readKeys(keyPaths);
  const manifest = readManifest(directory, keys);
  const faults = [];
  for (const file of manifest.files) faults.push(await fileFault(directory, file));
  const checkpoints = await readCheckpoints(directory, keys);
  const missing = outside === undefined ? null : await compareOutside(outside, manifest, keys, checkpoints);
  // The entries first: they name the place, the file's hash only the file.
  const counts = manifest.format === 'jsonl' ? await checkEntries(directory, manifest, checkpoints.anchors) : null;
  const fault = missing ?? faults.find((one) => one !== null);
  if (fault) throw fault;
  return { manifest, counts, checkpoints: checkpoints.texts.size };
}

function report({ manifest, counts, checkpoints }) {
  const { complete, format, entries, chains, exportedAt } = manifest;
  console.log(`The export of ${exportedAt} is what was signed: ${entries} entries of ${chains.length} chains.`);
  if (format === 'csv') {
    console.log('Entries in CSV are for people: that the file is the one signed is all that can be checked of it.');
    return;
  }
  console.log(
    complete
      ? 'Every chain is whole, from its first entry to its head.'
      : 'Each entry is what was recorded. It is a selection: that nothing was left out of it cannot be seen here.',
  );
  console.log(
    `${checkpoints} signed checkpoints bear it out; ${counts.redacted} entries have parts that were removed in time.`,
  );
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string', multiple: true }, checkpoints: { type: 'string' } },
  });
  const [directory] = positionals;
  if (positionals.length !== 1 || !values.key) {
    throw new Unusable('Usage: verify-audit.mjs <directory> --key <public.pem> [--checkpoints <file>]');
  }
  report(await check(directory, values.key, values.checkpoints));
}

try {
  await main();
} catch (error) {
  if (error instanceof Fault) {
    console.log(`FAULT ${error.what} at ${error.where}: ${error.message}`);
    process.exitCode = 1;
  } else {
    console.error(error instanceof Unusable || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error);
    process.exitCode = 2;
  }
}
