import type { LoggerService } from '@nestjs/common';

import type { Log } from './log.js';

/** Broker clients report a failure as `{ err, url }`, and the URL holds a password: only the error is taken. */
const errorIn = (value: unknown): unknown => {
  if (value instanceof Error) return value;
  if (typeof value === 'object' && value !== null && 'err' in value && value.err instanceof Error) return value.err;
  return undefined;
};

const contextIn = (parameters: readonly unknown[]): string | undefined => {
  const last = parameters.at(-1);
  return typeof last === 'string' && !last.includes('\n') ? last : undefined;
};

/** Nest's own lines, through the service's log. What Nest calls `log` is routine, so it is written as `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly output: Log) {}

  log(message: unknown, ...parameters: unknown[]): void {
    this.line('debug', message, parameters);
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.line('debug', message, parameters);
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.line('debug', message, parameters);
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.line('warn', message, parameters);
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.line('error', message, parameters);
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.line('error', message, parameters);
  }

  private line(level: 'debug' | 'warn' | 'error', message: unknown, parameters: readonly unknown[]): void {
    const error = [message, ...parameters].map(errorIn).find((found) => found !== undefined);
    const text = typeof message === 'string' ? message : 'the framework reported an error';
    this.output[level]({ context: contextIn(parameters), error }, text);
  }
}
