import { type DestinationStream, pino } from 'pino';

import { loggableFields, loggableText } from './log-value.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Flat facts, and errors. Anything else that is an object is refused when the line is written. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One line per fact: what varies is a field, and the message is constant text that can be searched for. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** The same log with fields that stand in every line. */
  with(fields: LogFields): Log;
}

/** Where lines go; standard output unless told. */
export interface LogDestination {
  write(line: string): void;
}

/** Names that the line itself has: a field may not pass for them. */
const RESERVED = new Set(['level', 'time', 'pid', 'service', 'msg']);

const renamed = (fields: LogFields): LogFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [RESERVED.has(name) ? `field_${name}` : name, value]),
  );

type Level = Exclude<LogLevel, 'silent'>;

class JsonLog implements Log {
  constructor(
    private readonly lines: pino.Logger,
    private readonly standing: LogFields = {},
  ) {}

  debug(fields: LogFields, message: string): void {
    this.line('debug', fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.line('info', fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.line('warn', fields, message);
  }

  error(fields: LogFields, message: string): void {
    this.line('error', fields, message);
  }

  with(fields: LogFields): Log {
    return new JsonLog(this.lines, { ...this.standing, ...fields });
  }

  private line(level: Level, fields: LogFields, message: string): void {
    if (!this.lines.isLevelEnabled(level)) return;
    this.lines[level](loggableFields(renamed({ ...this.standing, ...fields })), loggableText(message));
  }
}

/**
 * The service's log: one JSON object per line, whatever the fields hold.
 *
 * Works from an allow-list. Only flat values and the named parts of errors are
 * written, so a request, a configuration or a row cannot slip out with a field.
 */
export function createLog(service: string, level: LogLevel = 'info', destination?: LogDestination): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  // Written at once: what waits in memory when its reader is gone keeps a process from ever leaving.
  const lines: DestinationStream = destination ?? pino.destination({ dest: 1, sync: true });
  return new JsonLog(pino(options, lines));
}
