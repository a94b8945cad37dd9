import 'reflect-metadata';

import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';

import { Changes, ForPartnerUsers, OpenToAnybody, Reads } from './door.js';
import { routesOf } from './doors.js';

describe('the doors of the gateway', () => {
  it('are read from the routes as they are declared', () => {
    @Controller('v1/things')
    class Things {
      @Get(':id')
      @Reads('company.read')
      show(): void {
        return undefined;
      }

      @Post()
      @Changes('company.manage', ['company.saved'])
      make(): void {
        return undefined;
      }
    }
    expect(routesOf([Things]).map(({ method, path, door }) => [method, path, door.to, door.audits])).toEqual([
      ['GET', '/v1/things/:id', 'roles', []],
      ['POST', '/v1/things', 'roles', ['company.saved']],
    ]);
  });

  it('must be declared: a route without one does not let the gateway start', () => {
    @Controller('v1/things')
    class Things {
      @Get()
      list(): void {
        return undefined;
      }
    }
    expect(() => routesOf([Things])).toThrow('GET /v1/things does not say whom it lets in');
  });

  it.each([
    ['for anybody', OpenToAnybody('a test')],
    ['that says it only reads', Reads('company.read')],
  ])('must name the audit events of what is changed, %s', (_, door) => {
    @Controller('v1/things')
    class Things {
      @Post()
      @door
      make(): void {
        return undefined;
      }
    }
    expect(() => routesOf([Things])).toThrow('POST /v1/things changes without an audit event');
  });

  it('cannot be declared without an event: the compiler refuses', () => {
    // @ts-expect-error an empty list of events
    const partners = () => ForPartnerUsers([]);
    // @ts-expect-error an empty list of events
    const roles = () => Changes('company.manage', []);
    expect([partners, roles]).toHaveLength(2);
  });
});
