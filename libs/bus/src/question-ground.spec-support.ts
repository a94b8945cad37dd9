import 'reflect-metadata';

import { randomUUID } from 'node:crypto';

import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { z } from 'zod';

import { defineQuestion } from '#lib/contracts';

import { quiet, TestBroker } from './broker.spec-support.js';
import { CuttableProxy } from './cuttable-proxy.spec-support.js';
import { QuestionClient } from './question-client.js';
import { QuestionFilter, questionPipe } from './question-filter.js';
import { questionServerOptions } from './question-server.js';
import { REPLIES } from './reply-queue.js';
import { EXCHANGE } from './topology.js';

const ask = z.object({ number: z.int() });
export const double = defineQuestion({
  pattern: 'test.double.v1',
  service: 'audit',
  ask,
  answer: z.object({ doubled: z.int() }),
});

const doubled = ({ number }: z.output<typeof ask>): unknown => ({ doubled: number * 2 });

/** What happened on the answering side, and what shall. */
export const desk = { asked: [] as number[], atOnce: 0, most: 0, answer: doubled };

@Controller()
class Desk {
  @MessagePattern(double.pattern)
  async answer(@Payload({ schema: ask }) question: { number: number }): Promise<unknown> {
    desk.asked.push(question.number);
    desk.atOnce += 1;
    desk.most = Math.max(desk.most, desk.atOnce);
    try {
      return await desk.answer(question);
    } finally {
      desk.atOnce -= 1;
    }
  }
}

@Module({ controllers: [Desk] })
class DeskModule {}

/** A service that answers over a line that can be cut, who asks it, and a hand at the broker that goes past both. */
export class QuestionGround {
  readonly namespace = `t${randomUUID().slice(0, 8)}.`;
  readonly queue = `${this.namespace}audit.questions`;
  service: INestMicroservice | undefined;

  private constructor(
    readonly model: ChannelModel,
    readonly hand: Channel,
    readonly proxy: CuttableProxy,
  ) {}

  static async open(): Promise<QuestionGround> {
    const model = await connect(TestBroker.url);
    const ground = new QuestionGround(model, await model.createChannel(), await CuttableProxy.to(TestBroker.url));
    await ground.serve();
    return ground;
  }

  /** In the place of who answered before. */
  async serve(declares = true): Promise<void> {
    await this.service?.close();
    const options = questionServerOptions({ url: this.proxy.url, declares }, this.namespace, 'audit', 4);
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(DeskModule, { ...options, logger: false });
    app.useGlobalPipes(questionPipe);
    app.useGlobalFilters(new QuestionFilter(quiet));
    await app.listen();
    this.service = app;
  }

  /** Who asks, and a desk that knows of nothing yet. */
  client(): QuestionClient {
    [desk.asked, desk.most, desk.answer] = [[], 0, doubled];
    return new QuestionClient({ url: this.proxy.url, asker: 'gateway', namespace: this.namespace, log: quiet });
  }

  async close(): Promise<void> {
    await this.service?.close();
    await this.hand.deleteQueue(this.queue);
    for (const exchange of [EXCHANGE, REPLIES]) await this.hand.deleteExchange(this.namespace + exchange);
    await this.model.close();
    await this.proxy.close();
  }
}
