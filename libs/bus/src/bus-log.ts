/** Where the bus says what happened: fields first, then a sentence. A pino logger is one. */
export interface BusLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
