import { describe, expect, it } from '@jest/globals';
import { containerArguments, portFrom } from './rabbitmq-container.ts';

describe('the port an engine published', () => {
  it.each([
    ['127.0.0.1:49153\n', 49153],
    ['0.0.0.0:49154\n[::]:49155\n', 49154],
  ])('in %j', (published, port) => {
    expect(portFrom(published)).toBe(port);
  });
});

describe('the container', () => {
  const words = containerArguments('tietovirta-0', '/folder/container.env');

  it('is reached from this machine only', () => {
    expect(words).toContain('127.0.0.1::5672');
  });

  it('finds its data again: the volume and the node have one name', () => {
    expect(words.join(' ')).toContain('--hostname tietovirta-0');
    expect(words).toContain('tietovirta-0:/var/lib/rabbitmq');
  });

  it('is given its password by a file', () => {
    expect(words.join(' ')).toContain('--env-file /folder/container.env');
    expect(words).not.toContain('--env');
  });
});
