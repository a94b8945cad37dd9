import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  decideDelivery,
  deliverRegister,
  listDeliveries,
  saveFivaldiConnection,
  showFivaldiConnection,
} from '#lib/contracts';

import { Connections } from './connections.js';

/** What people ask about delivery to Fivaldi. */
@Controller()
export class DeliveryController {
  constructor(private readonly connections: Connections) {}

  @MessagePattern(showFivaldiConnection.pattern)
  async show(
    @Payload({ schema: showFivaldiConnection.ask }) asked: z.output<typeof showFivaldiConnection.ask>,
  ): Promise<z.input<typeof showFivaldiConnection.answer>> {
    return { connection: await this.connections.show(asked) };
  }

  @MessagePattern(saveFivaldiConnection.pattern)
  async save(
    @Payload({ schema: saveFivaldiConnection.ask }) asked: z.output<typeof saveFivaldiConnection.ask>,
  ): Promise<z.input<typeof saveFivaldiConnection.answer>> {
    return { mark: await this.connections.save(asked) };
  }

  @MessagePattern(listDeliveries.pattern)
  async list(
    @Payload({ schema: listDeliveries.ask }) asked: z.output<typeof listDeliveries.ask>,
  ): Promise<z.input<typeof listDeliveries.answer>> {
    return { deliveries: await this.connections.list(asked) };
  }

  @MessagePattern(decideDelivery.pattern)
  async decide(
    @Payload({ schema: decideDelivery.ask }) asked: z.output<typeof decideDelivery.ask>,
  ): Promise<z.input<typeof decideDelivery.answer>> {
    return { state: await this.connections.decide(asked) };
  }

  @MessagePattern(deliverRegister.pattern)
  async deliver(
    @Payload({ schema: deliverRegister.ask }) asked: z.output<typeof deliverRegister.ask>,
  ): Promise<z.input<typeof deliverRegister.answer>> {
    return { records: await this.connections.deliver(asked) };
  }
}
