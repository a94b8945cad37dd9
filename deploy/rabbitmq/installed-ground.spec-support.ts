import 'reflect-metadata';

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { z } from 'zod';

import { type AnyMessage, Bus, QuestionFilter, questionPipe, questionServerOptions } from '#lib/bus';
import { defineQuestion, laneTicket } from '#lib/contracts';
import { clientTls } from '#lib/service';

import {
  type Certificates,
  certificatesIn,
  type Pair,
  withoutOpenssl,
} from '../certificates/certificates.spec-support.ts';
import { brokerProgram, type InstalledBroker, startInstalled } from './installed-broker.spec-support.ts';
import { type BrokerUser, ON_THE_BROKER } from './services.ts';

const ask = z.object({ number: z.int() });
export const double = defineQuestion({ pattern: 'test.double.v1', service: 'auth', ask, answer: z.int() });

@Controller()
class Desk {
  @MessagePattern(double.pattern)
  answer(@Payload({ schema: ask }) { number }: { number: number }): number {
    return number * 2;
  }
}

@Module({ controllers: [Desk] })
class DeskModule {}

const program = withoutOpenssl === undefined ? await brokerProgram() : undefined;

/** Why there is no such ground here: without openssl there is no certificate, and a container cannot be given settings. */
export const withoutGround: boolean = program === undefined;

export const messageOf = (type: string, data: object) => ({ id: randomUUID(), type, time: new Date(), data });
export const aTicket = () => messageOf(laneTicket.type, { laneId: randomUUID(), ticket: randomUUID() });

interface Closable {
  close(): Promise<unknown>;
}

/** A broker as it is installed, and services at it. What a test opens is closed by `clear`. */
export class InstalledGround {
  readonly folder = mkdtempSync(join(tmpdir(), 'tietovirta-installed-'));
  /** The reasons that were logged as warnings and errors. */
  readonly told: string[] = [];
  private readonly open: Closable[] = [];
  private started: { broker: InstalledBroker; made: Certificates; others: Certificates } | undefined;

  async start(): Promise<void> {
    if (program === undefined) return;
    const made = certificatesIn(join(this.folder, 'certificates'));
    const others = certificatesIn(join(this.folder, 'others'));
    this.started = { broker: await startInstalled(program, this.folder, made), made, others };
  }

  async clear(): Promise<void> {
    for (const each of this.open.splice(0)) await each.close();
    this.told.length = 0;
  }

  async stop(): Promise<void> {
    await this.started?.broker.node.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** The broker, the certificates of its installation, and those of another. */
  get at() {
    if (this.started === undefined) throw new Error('The broker is not started');
    return this.started;
  }

  readonly opened = <Thing extends Closable>(thing: Thing): Thing => {
    this.open.unshift(thing);
    return thing;
  };

  /** What is shown to the broker; `by`: whose word is taken for it. */
  readonly shownBy = (pair: Partial<Pair>, by = this.at.made.authority) =>
    clientTls({ ca: by, ...pair }, (reason) => this.tell({ reason }));

  readonly accessOf = (user: BrokerUser) => ({
    url: this.at.broker.url(),
    tls: this.shownBy(this.at.made.client(user)),
    declares: false,
    namespace: '',
    asker: user,
    log: { info: () => undefined, warn: this.tell, error: this.tell },
  });

  readonly busOf = (user: BrokerUser): Bus => {
    const publishes: readonly AnyMessage[] = ON_THE_BROKER[user].publishes;
    return this.opened(Bus.connect({ ...this.accessOf(user), name: user, publishes }));
  };

  readonly deskOf = async (
    user: BrokerUser,
    service: 'auth' | 'fivaldi' = 'auth',
    tls = this.accessOf(user).tls,
  ): Promise<INestMicroservice> => {
    const access = { ...this.accessOf(user), tls };
    const options = questionServerOptions(access, '', service, 4);
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(DeskModule, { ...options, logger: false });
    app.useGlobalPipes(questionPipe);
    app.useGlobalFilters(new QuestionFilter(access.log));
    await app.listen();
    return this.opened(app);
  };

  private readonly tell = ({ reason }: { readonly reason?: string }): void => void (reason && this.told.push(reason));
}
