import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  listRecords,
  listVersions,
  patchRecord,
  putRecord,
  removeRecord,
  restoreRecord,
  restoreTransfer,
  showRecord,
} from '#lib/contracts';

import { RecordBook } from './record-book.js';
import { RegisterRestore } from './register-restore.js';
import { RegisterView } from './register-view.js';

type Marked = z.input<typeof putRecord.answer>;

/** What the gateway asks about the registers, for people. Who may ask is decided there, before the question. */
@Controller()
export class RegistersController {
  constructor(
    private readonly view: RegisterView,
    private readonly book: RecordBook,
    private readonly restoration: RegisterRestore,
  ) {}

  @MessagePattern(listRecords.pattern)
  list(
    @Payload({ schema: listRecords.ask }) asked: z.output<typeof listRecords.ask>,
  ): Promise<z.input<typeof listRecords.answer>> {
    return this.view.list(asked);
  }

  @MessagePattern(showRecord.pattern)
  show(
    @Payload({ schema: showRecord.ask }) asked: z.output<typeof showRecord.ask>,
  ): Promise<z.input<typeof showRecord.answer>> {
    return this.view.show(asked);
  }

  @MessagePattern(listVersions.pattern)
  versions(
    @Payload({ schema: listVersions.ask }) asked: z.output<typeof listVersions.ask>,
  ): Promise<z.input<typeof listVersions.answer>> {
    return this.view.versions(asked);
  }

  @MessagePattern(putRecord.pattern)
  async put(@Payload({ schema: putRecord.ask }) asked: z.output<typeof putRecord.ask>): Promise<Marked> {
    return { mark: await this.book.put(asked) };
  }

  @MessagePattern(patchRecord.pattern)
  async patch(@Payload({ schema: patchRecord.ask }) asked: z.output<typeof patchRecord.ask>): Promise<Marked> {
    return { mark: await this.book.patch(asked) };
  }

  @MessagePattern(removeRecord.pattern)
  async remove(@Payload({ schema: removeRecord.ask }) asked: z.output<typeof removeRecord.ask>): Promise<Marked> {
    return { mark: await this.book.remove(asked) };
  }

  @MessagePattern(restoreRecord.pattern)
  async restore(@Payload({ schema: restoreRecord.ask }) asked: z.output<typeof restoreRecord.ask>): Promise<Marked> {
    return { mark: await this.book.restore(asked) };
  }

  @MessagePattern(restoreTransfer.pattern)
  restoreTransfer(
    @Payload({ schema: restoreTransfer.ask }) asked: z.output<typeof restoreTransfer.ask>,
  ): Promise<z.input<typeof restoreTransfer.answer>> {
    return this.restoration.restore(asked);
  }
}
