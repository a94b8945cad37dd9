import { notFound } from './exception.js';
import { equalling, type Filter, from, flagged, referring, since, textsAmong, until } from './filter.js';
import { PROJECT_FEES } from './kinds/billed.js';
import { guidIn, part, textIn } from './model.js';
import { creating, list, type Operation, patching, reading, single, type Under } from './operation.js';
import { ROWS, TOKEN, TOKEN_100 } from './page.js';
import { pdf } from './pdf.js';

export const byExpenseClass: Filter = equalling(
  'expenseClass',
  (expense) => part(expense, 'travelExpense')['expenseClass'],
);

const ofReimbursement: Under = ({ organisation, guid }) =>
  organisation.register('travelreimbursements').get(guid)
    ? (expense) => guidIn(expense, 'travelReimbursement') === guid
    : null;
const ofExpense: Under = ({ organisation, guid }) =>
  organisation.register('projecttravelexpenses').get(guid) ? (file) => file['travelExpenseGuid'] === guid : null;

const deletedSince = since('deletedSince');

const ACTIVITY_FILTERS: readonly Filter[] = [
  textsAmong('activityCategories', (activity) => part(activity, 'activityType')['category']),
  referring('activityTypeGuids', 'activityType'),
  referring('customerGuids', 'customer'),
  referring('userGuids', 'ownerUser'),
  flagged('closed', 'isClosed'),
  flagged('hasDuration', 'hasDuration'),
  flagged('isUnassigned', 'isUnassigned'),
  // Those that are under way between the two.
  from('startDateTime', 'endDateTime'),
  until('endDateTime', 'startDateTime'),
  since(),
];

/** Work hours, project fees, travels and absences; and the feeds of those that were removed. */
export const WORK_OPERATIONS: readonly Operation[] = [
  list('/workhours', 'workhours', 'hours:read', {
    paging: TOKEN_100,
    filters: [
      since(),
      equalling('billableStatus'),
      from('eventDateStart', 'eventDate'),
      until('eventDateEnd', 'eventDate'),
    ],
  }),
  single('workhours', 'hours:read'),
  list('/activities', 'activities', 'activities:read', { paging: TOKEN_100, filters: ACTIVITY_FILTERS }),
  single('activities', 'activities:read'),
  list('/projectfees', 'projectfees', 'fees:read', { paging: TOKEN, filters: [since()] }),
  single('projectfees', 'fees:read'),
  creating('/projectfees', PROJECT_FEES, 'fees:write', { asList: true }),
  patching(PROJECT_FEES, 'fees:write'),
  list('/projecttravelexpenses', 'projecttravelexpenses', 'travels:read', { paging: TOKEN_100, filters: [since()] }),
  single('projecttravelexpenses', 'travels:read'),
  list('/projecttravelexpenses/{projectTravelExpenseGuid}/files', 'projecttravelexpensefiles', 'files:read', {
    paging: ROWS,
    under: ofExpense,
  }),
  list('/travelreimbursements', 'travelreimbursements', 'travels:read', {
    paging: TOKEN,
    filters: [since(), referring('travelReimbursementStatusGuids', 'travelReimbursementStatus')],
  }),
  single('travelreimbursements', 'travels:read'),
  list(
    '/travelreimbursements/{travelReimbursementGuid}/projecttravelexpenses',
    'projecttravelexpenses',
    'travels:read',
    { paging: TOKEN_100, under: ofReimbursement, filters: [byExpenseClass] },
  ),
  reading('/travelreimbursements/{guid}/pdf', 'files:read', ({ organisation, guid }) => {
    const travel = organisation.register('travelreimbursements').get(guid);
    if (!travel) return { answer: notFound() };
    const lines = [`Matkalasku ${textIn(travel, 'number')}`, textIn(travel, 'title')];
    return { answer: { status: 200, type: 'application/pdf', body: pdf(lines) } };
  }),
  list('/deletedworkhours', 'deletedworkhours', 'hours:read', {
    paging: TOKEN_100,
    filters: [deletedSince, referring('projectGuids', 'project'), referring('userGuids', 'user')],
  }),
  list('/deletedprojectfees', 'deletedprojectfees', 'fees:read', {
    paging: TOKEN_100,
    filters: [deletedSince, referring('projectGuids', 'project'), referring('userGuids', 'user')],
  }),
  list('/deletedprojecttravelexpenses', 'deletedprojecttravelexpenses', 'travels:read', {
    paging: TOKEN_100,
    filters: [deletedSince, referring('projectGuid', 'project'), referring('userGuid', 'user')],
  }),
];
