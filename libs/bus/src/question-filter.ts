import { Catch, type ExceptionFilter, StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError, kindOf } from '#lib/errors';
import { type Observable, throwError } from 'rxjs';

import type { BusLog } from './bus-log.js';
import { toWire } from './question-error.js';

/** A question is not what its contract says. The asker has to change. */
export class QuestionBroken extends AppError {
  readonly kind = 'invalid';
  readonly code = 'question.contract-broken';
}

/** Checks every `@Payload({ schema })`: `app.useGlobalPipes(questionPipe)`. */
export const questionPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    new QuestionBroken('The question does not keep its contract', {
      at: issues.map(({ path = [] }) =>
        path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.'),
      ),
    }),
});

/** Tells the asker what went wrong, and us when it was our fault: `app.useGlobalFilters(new QuestionFilter(log))`. */
@Catch()
export class QuestionFilter implements ExceptionFilter {
  constructor(private readonly log: BusLog) {}

  catch(error: unknown): Observable<never> {
    if (kindOf(error) === 'broken') this.log.error({ err: error }, 'A question could not be answered');
    return throwError(() => toWire(error));
  }
}
