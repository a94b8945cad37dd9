import 'reflect-metadata';

import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { describe, expect, it } from '@jest/globals';

import { sendAnswerHeaders } from './answer-headers.js';
import { Site } from './site.js';

@Module({})
class Nothing {}

async function headersOf(url: string): Promise<Record<string, unknown>> {
  const app = await NestFactory.create<NestFastifyApplication>(Nothing, new FastifyAdapter(), { logger: false });
  await sendAnswerHeaders(app, new Site(new URL(url)));
  await app.init();
  const { headers } = await app.inject('/');
  await app.close();
  return headers;
}

describe('the headers of every answer', () => {
  it('keep browsers on HTTPS where HTTPS is served, and only there', async () => {
    const everywhere = await headersOf('https://tietovirta.example');
    expect(everywhere['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
    expect(await headersOf('http://127.0.0.1:3000')).not.toHaveProperty('strict-transport-security');
  });
});
