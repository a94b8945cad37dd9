import { z } from 'zod';

/** A text that PostgreSQL keeps, in a column and in JSON: without the character NUL, and without halves of a character. */
export const keptText = (max: number): z.ZodString =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), FAULT);

const FAULT = {
  error: 'it holds a character that cannot be kept',
  params: {
    said: {
      fi: 'Tekstissä on merkki, jota ei voi tallentaa.',
      sv: 'Texten innehåller ett tecken som inte kan sparas.',
    },
  },
};
