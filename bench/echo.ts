/**
 * The other end of the floor of questions: a process that answers each message over the same broker with what it was
 * sent, after one commit, as every decision needs one for its audit event. Started by `decisions.ts`.
 */
import { connect } from 'amqplib';
import pg from 'pg';

const [rabbitmqUrl = '', databaseUrl = '', queue = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const model = await connect(rabbitmqUrl, { noDelay: true });
const channel = await model.createChannel();
await channel.assertQueue(queue, { autoDelete: true });

async function answer(content: Buffer, replyTo: string, correlationId: string): Promise<void> {
  await pool.query({ name: 'keep', text: 'insert into bench.echo (data) values ($1)', values: [content.toString()] });
  channel.sendToQueue(replyTo, content, { correlationId });
}

await channel.consume(
  queue,
  (message) => {
    if (!message) return;
    const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string };
    void answer(message.content, replyTo, correlationId);
  },
  { noAck: true },
);
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
