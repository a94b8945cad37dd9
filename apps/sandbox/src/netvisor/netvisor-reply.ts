import type { ServerResponse } from 'node:http';

import type { Answer } from './answer.js';
import type { Fault } from './netvisor-faults.js';

const PAGE =
  '<!DOCTYPE html>\n<html lang="fi"><head><title>Netvisor</title></head><body><h1>Kirjaudu sisään</h1></body></html>\n';

/** Sends an answer, spoiled by the fault if there is one. */
export function reply(response: ServerResponse, answer: Answer, fault: Fault | null): void {
  const right = Buffer.from(answer.body, 'utf8');
  switch (fault?.kind) {
    case 'reset-before':
    case 'reset-after-applying':
      response.socket?.destroy();
      return;
    case 'html':
      return sent(response, 200, 'text/html; charset=utf-8', Buffer.from(PAGE, 'utf8'));
    case 'truncated':
      return sent(response, answer.status, XML, right.subarray(0, Math.floor(right.length / 2)));
    case 'wrong-encoding':
      return sent(response, answer.status, XML, misencoded(right, answer.body));
    case 'slow':
    case '500-after-applying':
    case 'maintenance':
    case undefined:
      return sent(response, answer.status, XML, right);
  }
}

const XML = 'text/xml; charset=utf-8';

function sent(response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
  response.end(body);
}

/** Latin-1 where that differs from UTF-8; where it doesn't, UTF-16. */
function misencoded(right: Buffer, text: string): Buffer {
  const isPlain = right.every((byte) => byte < 0x80);
  return Buffer.from(text, isPlain ? 'utf16le' : 'latin1');
}
