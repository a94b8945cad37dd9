import { createSecureContext } from 'node:tls';

import { describe, expect, it } from '@jest/globals';

import { serverAddress } from './server-address.js';

const tls = () => createSecureContext();

describe('the url of a database', () => {
  it.each([[''], ['?sslmode=disable']])('with %j is not encrypted', (parameters) => {
    expect(serverAddress(`postgres://a:b@db:5/x${parameters}`, tls)).toEqual({
      url: 'postgres://a:b@db:5/x',
      ssl: false,
    });
  });

  it.each([
    ['db.example', 'db.example'],
    ['10.0.0.7', '10.0.0.7'],
    ['[::1]', '::1'],
  ])('with verify-full asks for a certificate of %s', (host, named) => {
    const url = `postgres://a:b@${host}:5/x`;
    expect(serverAddress(`${url}?sslmode=verify-full`, tls)).toMatchObject({ url, ssl: { host: named } });
    expect(serverAddress(`${url}?sslmode=verify-full`)).toEqual({ url, ssl: { host: named } });
  });

  it('is asked anew, for each connection, what is shown to the server', () => {
    const { ssl } = serverAddress('postgres://db/x?sslmode=verify-full', tls);
    const [one, other] = [Object.assign({}, ssl), Object.assign({}, ssl)] as { secureContext?: object }[];
    expect(one?.secureContext).toBeDefined();
    expect(one?.secureContext).not.toBe(other?.secureContext);
  });

  it.each(['require', 'prefer', 'verify-ca', 'allow', 'no-verify', ''])('is refused with sslmode=%j', (mode) => {
    expect(() => serverAddress(`postgres://db/x?sslmode=${mode}`)).toThrow('sslmode is verify-full or disable');
  });

  it.each(['verify-full&sslmode=disable', 'disable&sslmode=verify-full'])(
    'is refused with two of them: %s',
    (modes) => {
      expect(() => serverAddress(`postgres://db/x?sslmode=${modes}`, tls)).toThrow('sslmode is given once');
    },
  );

  it.each(['ssl=true', 'sslrootcert=ca.pem', 'host=elsewhere'])('is refused with %s, which nothing heeds', (other) => {
    expect(() => serverAddress(`postgres://db/x?${other}`)).toThrow('no parameter but sslmode');
  });
});
