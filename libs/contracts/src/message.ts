import type { z } from 'zod';

/**
 * A fact or a piece of work that travels over RabbitMQ and must arrive.
 *
 * It is written to the outbox in the transaction that makes it true, published
 * with a confirm, and may arrive more than once. New fields are optional; a
 * breaking change is a new `.v2` beside the old one.
 */
export interface MessageContract<Name extends string, Schema extends z.ZodType> {
  /** Routing key and CloudEvents type, for example `audit.event.v1`. */
  readonly type: Name;
  /** The one queue that takes it, declared by the bus before anything is published. */
  readonly queue: string;
  readonly schema: Schema;
}

/**
 * A question with an answer, asked over RabbitMQ by one service of another.
 *
 * Nobody waits for a late answer, so questions are neither stored nor repeated
 * by the broker: the asker has a time-out and asks again or gives up.
 */
export interface QuestionContract<Name extends string, Ask extends z.ZodType, Answer extends z.ZodType> {
  readonly pattern: Name;
  /** The service that answers; its questions arrive in the queue `<service>.questions`. */
  readonly service: 'auth' | 'audit' | 'fivaldi' | 'severa';
  readonly ask: Ask;
  readonly answer: Answer;
}

export const defineMessage = <Name extends string, Schema extends z.ZodType>(
  contract: MessageContract<Name, Schema>,
): MessageContract<Name, Schema> => contract;

export const defineQuestion = <Name extends string, Ask extends z.ZodType, Answer extends z.ZodType>(
  contract: QuestionContract<Name, Ask, Answer>,
): QuestionContract<Name, Ask, Answer> => contract;
