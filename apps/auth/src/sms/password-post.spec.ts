import { afterEach, describe, expect, it } from '@jest/globals';

import { until } from '#lib/testing';

import { PasswordPost } from './password-post.js';

let post: PasswordPost | undefined;
afterEach(() => post?.stop());

/** Sends one order each time that there is one. */
class Orders {
  waiting = 0;
  looked = 0;
  sent = 0;
  broken = 0;

  sendNext(): Promise<boolean> {
    this.looked += 1;
    if (this.broken > 0) {
      this.broken -= 1;
      return Promise.reject(new Error('the database is away'));
    }
    if (this.waiting === 0) return Promise.resolve(false);
    this.waiting -= 1;
    this.sent += 1;
    return Promise.resolve(true);
  }
}

function startOver(orders: Orders): { readonly errors: string[] } {
  const errors: string[] = [];
  post = new PasswordPost(orders, { error: (_, message) => void errors.push(message) });
  post.start();
  return { errors };
}

describe('the post of passwords', () => {
  it('has everything sent that waits, one after the other', async () => {
    const orders = new Orders();
    orders.waiting = 5;
    startOver(orders);
    await until(() => orders.sent === 5, { what: 'five sent orders' });
  });

  it('looks at once when it is told of an order', async () => {
    const orders = new Orders();
    startOver(orders);
    await until(() => orders.looked === 1, { what: 'the first look' });
    orders.waiting = 1;
    post!.nudge();
    await until(() => orders.sent === 1, { what: 'the order', within: 500 });
  });

  it('looks by itself for the orders of a service that died', async () => {
    const orders = new Orders();
    startOver(orders);
    await until(() => orders.looked === 1, { what: 'the first look' });
    orders.waiting = 1;
    await until(() => orders.sent === 1, { what: 'the order', within: 3_000 });
  });

  it('goes on after a failure, which it logs', async () => {
    const orders = new Orders();
    orders.broken = 1;
    orders.waiting = 1;
    const { errors } = startOver(orders);
    await until(() => errors.length === 1, { what: 'the error' });
    post!.nudge();
    await until(() => orders.sent === 1, { what: 'the order' });
    expect(errors).toEqual(['ordered passwords cannot be sent']);
  });

  it('takes no other order once it is stopped', async () => {
    const orders = new Orders();
    startOver(orders);
    await post!.stop();
    const { looked } = orders;
    orders.waiting = 1;
    post!.nudge();
    expect(orders).toMatchObject({ looked, sent: 0 });
  });
});
