import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { z } from 'zod';

import {
  assignRestrictionGroup,
  giveGrants,
  listCompanies,
  listGrants,
  listRestrictionGroups,
  previewGrants,
  previewRestrictionGroup,
  removeRestrictionGroup,
  saveRestrictionGroup,
  showCompany,
  showPartnerUserInCompany,
  showRestrictionGroup,
  showServiceManagement,
} from '#lib/contracts';

import { Companies } from './service-management/companies.js';
import { GrantMatrix } from './service-management/grant-matrix.js';
import { PartnerUsersInCompany } from './service-management/partner-users-in-company.js';
import { RestrictionGroups } from './service-management/restriction-groups.js';

type Ask<Contract extends { readonly ask: z.ZodType }> = z.output<Contract['ask']>;
type Answer<Contract extends { readonly answer: z.ZodType }> = Promise<z.output<Contract['answer']>>;

/** The questions of an environment's Service Management [Palvelunhallinta]. */
@Controller()
export class ServiceManagementController {
  constructor(
    private readonly companies: Companies,
    private readonly partnerUsers: PartnerUsersInCompany,
    private readonly matrix: GrantMatrix,
    private readonly groups: RestrictionGroups,
  ) {}

  @MessagePattern<string>(listCompanies.pattern)
  listCompanies(@Payload({ schema: listCompanies.ask }) ask: Ask<typeof listCompanies>): Answer<typeof listCompanies> {
    return this.companies.list(ask);
  }

  @MessagePattern<string>(showCompany.pattern)
  showCompany(@Payload({ schema: showCompany.ask }) ask: Ask<typeof showCompany>): Answer<typeof showCompany> {
    return this.companies.show(ask);
  }

  @MessagePattern<string>(showServiceManagement.pattern)
  showTree(
    @Payload({ schema: showServiceManagement.ask }) ask: Ask<typeof showServiceManagement>,
  ): Answer<typeof showServiceManagement> {
    return this.partnerUsers.tree(ask);
  }

  @MessagePattern<string>(showPartnerUserInCompany.pattern)
  showPartnerUser(
    @Payload({ schema: showPartnerUserInCompany.ask }) ask: Ask<typeof showPartnerUserInCompany>,
  ): Answer<typeof showPartnerUserInCompany> {
    return this.partnerUsers.show(ask);
  }

  @MessagePattern<string>(previewGrants.pattern)
  previewGrants(@Payload({ schema: previewGrants.ask }) ask: Ask<typeof previewGrants>): Answer<typeof previewGrants> {
    return this.matrix.preview(ask);
  }

  @MessagePattern<string>(giveGrants.pattern)
  giveGrants(@Payload({ schema: giveGrants.ask }) ask: Ask<typeof giveGrants>): Answer<typeof giveGrants> {
    return this.matrix.give(ask);
  }

  @MessagePattern<string>(listGrants.pattern)
  listGrants(@Payload({ schema: listGrants.ask }) ask: Ask<typeof listGrants>): Answer<typeof listGrants> {
    return this.matrix.list(ask);
  }

  @MessagePattern<string>(listRestrictionGroups.pattern)
  listGroups(
    @Payload({ schema: listRestrictionGroups.ask }) ask: Ask<typeof listRestrictionGroups>,
  ): Answer<typeof listRestrictionGroups> {
    return this.groups.list(ask);
  }

  @MessagePattern<string>(showRestrictionGroup.pattern)
  showGroup(
    @Payload({ schema: showRestrictionGroup.ask }) ask: Ask<typeof showRestrictionGroup>,
  ): Answer<typeof showRestrictionGroup> {
    return this.groups.show(ask);
  }

  @MessagePattern<string>(previewRestrictionGroup.pattern)
  previewGroup(
    @Payload({ schema: previewRestrictionGroup.ask }) ask: Ask<typeof previewRestrictionGroup>,
  ): Answer<typeof previewRestrictionGroup> {
    return this.groups.preview(ask);
  }

  @MessagePattern<string>(saveRestrictionGroup.pattern)
  saveGroup(
    @Payload({ schema: saveRestrictionGroup.ask }) ask: Ask<typeof saveRestrictionGroup>,
  ): Answer<typeof saveRestrictionGroup> {
    return this.groups.save(ask);
  }

  @MessagePattern<string>(removeRestrictionGroup.pattern)
  removeGroup(
    @Payload({ schema: removeRestrictionGroup.ask }) ask: Ask<typeof removeRestrictionGroup>,
  ): Answer<typeof removeRestrictionGroup> {
    return this.groups.remove(ask);
  }

  @MessagePattern<string>(assignRestrictionGroup.pattern)
  assignGroup(
    @Payload({ schema: assignRestrictionGroup.ask }) ask: Ask<typeof assignRestrictionGroup>,
  ): Answer<typeof assignRestrictionGroup> {
    return this.groups.assign(ask);
  }
}
