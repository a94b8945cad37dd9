import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { type Send, wallNow } from './arrivals.ts';
import type { Ground } from './ground.ts';

const REPLIES = 'amq.rabbitmq.reply-to';

/** Bare questions: broker, another process, one commit, and the way back. `end` stops the other process. */
export interface QuestionFloor {
  /** Milliseconds from due to answered. */
  readonly ask: Send<number>;
  readonly end: () => Promise<void>;
}

export async function startQuestionFloor(ground: Ground, body: unknown): Promise<QuestionFloor> {
  const { rabbitmqUrl, databaseUrl, namespace, pool } = ground;
  const queue = `${namespace}echo`;
  await pool.query('create table bench.echo (id bigint generated always as identity primary key, data json not null)');
  const child = fork(join(import.meta.dirname, 'echo.ts'), [rabbitmqUrl, databaseUrl, queue]);
  await once(child, 'message');

  const model = await connect(rabbitmqUrl, { noDelay: true });
  const channel = await model.createChannel();
  const waiting = new Map<string, () => void>();
  await channel.consume(REPLIES, (message) => waiting.get(message?.properties.correlationId as string)?.(), {
    noAck: true,
  });
  const content = Buffer.from(JSON.stringify(body));
  const ask: Send<number> = async (index, due) => {
    const correlationId = String(index);
    const answered = new Promise<void>((resolve) => waiting.set(correlationId, resolve));
    channel.sendToQueue(queue, content, { correlationId, replyTo: REPLIES });
    await answered;
    waiting.delete(correlationId);
    return wallNow() - due;
  };
  const end = async (): Promise<void> => {
    await model.close();
    child.disconnect();
    await once(child, 'exit');
  };
  return { ask, end };
}
