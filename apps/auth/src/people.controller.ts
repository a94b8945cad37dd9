import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  erasePerson,
  listMembers,
  listPeople,
  removePerson,
  removeSecondFactor,
  resetPassword,
  savePerson,
} from '#lib/contracts';

import {
  CredentialBook,
  type ErasePersonAsk,
  type RemoveSecondFactorAsk,
  type ResetPasswordAnswer,
  type ResetPasswordAsk,
} from './people/credential-book.js';
import { PeopleBook, type RemovePersonAsk, type SavePersonAnswer, type SavePersonAsk } from './people/people-book.js';
import {
  type ListMembersAnswer,
  type ListMembersAsk,
  type ListPeopleAnswer,
  PeopleRegister,
} from './people/people-register.js';

/** The questions about who people are and what they may do. */
@Controller()
export class PeopleController {
  constructor(
    private readonly register: PeopleRegister,
    private readonly book: PeopleBook,
    private readonly credentials: CredentialBook,
  ) {}

  @MessagePattern<string>(listMembers.pattern)
  members(@Payload({ schema: listMembers.ask }) ask: ListMembersAsk): Promise<ListMembersAnswer> {
    return this.register.members(ask);
  }

  @MessagePattern<string>(listPeople.pattern)
  people(@Payload({ schema: listPeople.ask }) ask: z.output<typeof listPeople.ask>): Promise<ListPeopleAnswer> {
    return this.register.people(ask);
  }

  @MessagePattern<string>(savePerson.pattern)
  save(@Payload({ schema: savePerson.ask }) ask: SavePersonAsk): Promise<SavePersonAnswer> {
    return this.book.save(ask);
  }

  @MessagePattern<string>(removePerson.pattern)
  async remove(@Payload({ schema: removePerson.ask }) ask: RemovePersonAsk): Promise<object> {
    await this.book.remove(ask);
    return {};
  }

  @MessagePattern<string>(resetPassword.pattern)
  resetPassword(@Payload({ schema: resetPassword.ask }) ask: ResetPasswordAsk): Promise<ResetPasswordAnswer> {
    return this.credentials.resetPassword(ask);
  }

  @MessagePattern<string>(removeSecondFactor.pattern)
  async removeSecondFactor(@Payload({ schema: removeSecondFactor.ask }) ask: RemoveSecondFactorAsk): Promise<object> {
    await this.credentials.removeSecondFactor(ask);
    return {};
  }

  @MessagePattern<string>(erasePerson.pattern)
  async erase(@Payload({ schema: erasePerson.ask }) ask: ErasePersonAsk): Promise<object> {
    await this.credentials.erase(ask);
    return {};
  }
}
