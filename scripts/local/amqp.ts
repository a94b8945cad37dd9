import { connect } from 'amqplib';
import type { Answer } from './knock.ts';

/** Knocks once at the broker, for two seconds. */
export async function knockAtBroker(url: string): Promise<Answer> {
  try {
    const connection = await connect(url, { timeout: 2_000 });
    await connection.close();
    return 'in';
  } catch (error) {
    return String(error).includes('ACCESS_REFUSED') ? 'refused' : 'silent';
  }
}
