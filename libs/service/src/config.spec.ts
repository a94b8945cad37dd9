import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { loadConfig, serviceEnvironment } from './config.js';

const usable = { DATABASE_URL: 'postgres://app@database/tietovirta', RABBITMQ_URL: 'amqp://broker' };

describe('loadConfig', () => {
  it('fills in what is not said', () => {
    expect(loadConfig(serviceEnvironment, usable)).toMatchObject({
      HOST: '127.0.0.1',
      OPERATIONS_PORT: 9464,
      LOG_LEVEL: 'info',
      BUS_NAMESPACE: '',
      PREFETCH: 16,
      DRAIN_SECONDS: 30,
    });
  });

  it('takes an empty variable for an absent one', () => {
    expect(loadConfig(serviceEnvironment, { ...usable, OPERATIONS_PORT: '', VERSION: '' })).toMatchObject({
      OPERATIONS_PORT: 9464,
      VERSION: 'unknown',
    });
  });

  it('names every variable at fault and no value', () => {
    const load = () =>
      loadConfig(serviceEnvironment, { DATABASE_URL: 'mysql://root:hunter2@db', PREFETCH: 'lots', LOG_LEVEL: 'loud' });
    expect(load).toThrow(/DATABASE_URL[\s\S]*RABBITMQ_URL[\s\S]*LOG_LEVEL[\s\S]*PREFETCH/);
    expect(load).not.toThrow(/hunter2|mysql|lots|loud/);
  });

  it.each([
    ['BUS_NAMESPACE', 'no-stop'],
    ['BUS_NAMESPACE', 'Upper.'],
    ['OPERATIONS_PORT', '65536'],
    ['PREFETCH', '0'],
    ['PREFETCH', '1.5'],
    ['DRAIN_SECONDS', '-1'],
    ['RABBITMQ_URL', 'http://broker'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => loadConfig(serviceEnvironment, { ...usable, [name]: value })).toThrow(name);
  });

  it('reads what an app adds', () => {
    const schema = serviceEnvironment.extend({ PORT: z.coerce.number() });
    expect(loadConfig(schema, { ...usable, PORT: '8080' }).PORT).toBe(8080);
  });
});
