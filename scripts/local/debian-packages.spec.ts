import { describe, expect, it } from '@jest/globals';
import { newPackages, withoutPackages } from './debian-packages.ts';

describe('what a simulated installation would add', () => {
  it.each([
    ['a package', 'Inst socat (1.7.4.4-2 Debian:12.15/oldstable [amd64])', ['socat=1.7.4.4-2']],
    [
      'a version with an epoch',
      'Inst erlang-base (1:25.2.3+dfsg-1 Debian:12 [amd64])',
      ['erlang-base=1:25.2.3+dfsg-1'],
    ],
    ['an upgrade of what is installed', 'Inst libc6 [2.36-9] (2.36-9+deb12u9 Debian:12 [amd64])', []],
    ['a configuration', 'Conf socat (1.7.4.4-2 Debian:12.15/oldstable [amd64])', []],
    ['a remark', 'NOTE: This is only a simulation!\n      Inst nothing (1 x)', []],
    ['nothing', '', []],
  ])('%s', (_, plan, expected) => {
    expect(newPackages(plan)).toEqual(expected);
  });

  it('keeps apt’s order', () => {
    expect(newPackages('Inst b (2 x [all])\nInst a (1 x [all])\nConf b (2 x [all])\n')).toEqual(['b=2', 'a=1']);
  });
});

describe('the list of installed packages', () => {
  const status =
    'Package: erlang-base\nVersion: 1\n\nPackage: libssl3\nDepends: erlang-base\n\nPackage: erl\nVersion: 2\n';

  it('loses those that must lie together, and only those', () => {
    const rest = 'Package: libssl3\nDepends: erlang-base\n\nPackage: erl\nVersion: 2\n';
    expect(withoutPackages(status, ['erlang-', 'rabbitmq-server'])).toBe(rest);
  });

  it('stays as it is when none must', () => {
    expect(withoutPackages(status, [])).toBe(status);
  });
});
