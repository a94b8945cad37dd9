import { randomUUID } from 'node:crypto';

import type { Channel } from 'amqplib';

import type { BrokerAccess } from './broker-access.js';
import type { AnsweringService } from './question-queue.js';
import { EXCHANGE_TYPE } from './topology.js';

/**
 * The exchange that answers go through: to the queue that the question names, and to no other kind of queue. A topic
 * exchange without any pattern, as the other one is, so that the broker can be told who may send to whom.
 */
export const REPLIES = 'tietovirta.replies';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const WORD = '[a-z]+';

/** Far more than can be under way; the oldest answers give way, for whoever waited for them has given up. */
const ARGUMENTS = { 'x-queue-type': 'classic', 'x-max-length': 10_000, 'x-overflow': 'drop-head' } as const;

/**
 * The names of queues for answers, as the broker's regular expressions have it: by who asks and who answers. A
 * name is the queue's and its routing key at once, and nobody can guess one.
 *
 *   <namespace>replies.<who asks>.<who answers>.<uuid>
 */
export const replyQueues = (namespace: string, { asker = WORD, service = WORD } = {}): string =>
  `${literally(namespace)}replies\\.${asker}\\.${service}\\.${UUID}`;

/** A new name for one channel that asks `service`. */
function replyQueueName(namespace: string, asker: string, service: AnsweringService): string {
  // Its name is all that the answering side knows of it: another kind of name would never be answered.
  if (!/^[a-z]+$/.test(asker)) throw new TypeError('Who asks is named in lower-case letters alone');
  return `${namespace}replies.${asker}.${service}.${randomUUID()}`;
}

/**
 * Whether this is where answers of `service` go. What is no such name is not sent to, whoever asks for it: the broker
 * would close the channel of who tries what it may not, and with it end all that is being answered.
 */
export function isReplyQueue(name: unknown, namespace: string, service: AnsweringService): name is string {
  if (typeof name !== 'string' || !name.startsWith(`${namespace}replies.`)) return false;
  const [asker = '', answering, id = '', ...more] = name.slice(`${namespace}replies.`.length).split('.');
  return more.length === 0 && /^[a-z]+$/.test(asker) && answering === service && IS_UUID.test(id);
}

const IS_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface Asking extends BrokerAccess {
  readonly namespace: string;
  /** Who asks, by the name that the rights of its queues have: `gateway`. Lower-case letters. */
  readonly asker: string;
}

/** Makes a queue for the answers to what is asked on this channel; it goes when the channel goes. Says its name. */
export async function openReplyQueue(channel: Channel, asking: Asking, service: AnsweringService): Promise<string> {
  const { namespace, asker } = asking;
  const queue = replyQueueName(namespace, asker, service);
  await layReplies(channel, asking, namespace);
  await channel.assertQueue(queue, { exclusive: true, autoDelete: true, durable: false, arguments: ARGUMENTS });
  await channel.bindQueue(queue, namespace + REPLIES, queue);
  return queue;
}

/** Makes the exchange for answers, where it may; done by both sides. */
export async function layReplies(
  channel: Pick<Channel, 'assertExchange'>,
  { declares = true }: BrokerAccess,
  namespace: string,
): Promise<void> {
  if (declares) await channel.assertExchange(namespace + REPLIES, EXCHANGE_TYPE, { durable: true });
}

/**
 * Where who asks is of before there were queues for answers: the broker itself hands the answer on, and it goes through
 * the broker's own exchange.
 */
export const isDirectReply = (name: unknown): name is string =>
  typeof name === 'string' && name.startsWith('amq.rabbitmq.reply-to.');

const literally = (name: string): string => name.replaceAll('.', '\\.');
