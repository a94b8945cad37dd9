import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';

import { defineMessage } from '#lib/contracts';

import { readEnvelope, writeEnvelope } from './envelope.js';

const note = defineMessage({ type: 'test.note.v1', queue: 'notes', schema: z.object({ text: z.string() }) });
const message = { id: 'a', type: note.type, time: new Date(0), data: { text: 'ä' } };
const withField = (fields: object) => {
  const written = JSON.parse(writeEnvelope(message, '/test').toString()) as object;
  return Buffer.from(JSON.stringify({ ...written, ...fields }));
};

describe('an envelope', () => {
  it('gives back what was written, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uuid(), (text, id) => {
        const reading = readEnvelope(writeEnvelope({ ...message, id, data: { text } }, '/test'), note);
        expect(reading).toMatchObject({ ok: true, data: { text }, envelope: { id, type: note.type } });
      }),
    );
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'message.not-json'],
    ['nothing', Buffer.alloc(0), 'message.not-json'],
    ['JSON that is no object', Buffer.from('null'), 'message.not-an-envelope'],
    ['another version of CloudEvents', withField({ specversion: '2.0' }), 'message.not-an-envelope'],
    ['no id', withField({ id: undefined }), 'message.not-an-envelope'],
    ['no time', withField({ time: 'yesterday' }), 'message.not-an-envelope'],
    ['another type', withField({ type: 'test.note.v2' }), 'message.contract-broken'],
    ['data that breaks the contract', withField({ data: { text: 5 } }), 'message.contract-broken'],
  ])('refuses %s', (_what, content, code) => {
    expect(readEnvelope(content, note)).toMatchObject({ ok: false, code });
  });

  it('accepts fields that a newer sender added', () => {
    expect(readEnvelope(withField({ data: { text: 'a', more: 1 }, subject: 'b' }), note)).toMatchObject({ ok: true });
  });

  it('says where a contract is broken and never what was there', () => {
    const reading = readEnvelope(withField({ data: { text: 4711 } }), note);
    expect(reading).toMatchObject({ ok: false, reason: 'text: invalid_type' });
  });
});
