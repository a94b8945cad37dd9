import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';

import { type Door, DOOR } from './door.js';

/** One route of the gateway, as its decorators declare it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handler: string;
  readonly door: Door;
}

/** Those that read; whatever else a route is, it changes something. */
const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Every route with its door. Throws when one has none, or when one that changes something names no audit event: such a
 * gateway must not start.
 */
export function routesOf(controllers: readonly Type[]): readonly Route[] {
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as object;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
      const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
      if (!handler || method === undefined) return [];
      return [routeOf(controller, name, handler, RequestMethod[method])];
    });
  });
}

function routeOf(controller: Type, name: string, handler: object, method: string): Route {
  const parts = [controller, handler].map((one) => String(Reflect.getMetadata(PATH_METADATA, one)));
  const path = `/${parts.flatMap((part) => part.split('/').filter(Boolean)).join('/')}`;
  const door = Reflect.getMetadata(DOOR, handler) as Door | undefined;
  const route = `${method} ${path}`;
  if (!door) throw new Error(`${route} does not say whom it lets in (door.ts)`);
  if (!READING.includes(method) && door.audits.length === 0) throw new Error(`${route} changes without an audit event`);
  return { method, path, handler: `${controller.name}.${name}`, door };
}
