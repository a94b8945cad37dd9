import type { Children, ChildTable, Field, FieldValue, RecordTable, WritableRecord } from '#lib/documents';
import { exposure, leaves, MASK, type ProtectedPersons } from '#lib/policy';

import type { ExportRow } from './export-sql.js';

/** A record as it may go out, or `null` when it must not. */
export type Shield = (row: ExportRow) => WritableRecord | null;

/** Makes records of rows, as the company has chosen for people who must not be found (`libs/policy`). */
export function shieldFor(table: RecordTable, choice: ProtectedPersons): Shield {
  const inTheOpen = shown(table, choice, false);
  const underCover = shown(table, choice, true);
  return (row) => {
    const isProtected = row.is_protected === 'true';
    if (!leaves(choice, isProtected)) return null;
    return (isProtected ? underCover : inTheOpen)(row);
  };
}

function shown(table: RecordTable, choice: ProtectedPersons, isProtected: boolean): Shield {
  const cover = coverFor(choice, isProtected);
  const fields = table.fields.map((field) => ({ name: field.field, cover: cover(table, field) }));
  const kinds = table.children.map((child) => ({
    kind: child.kind,
    covers: child.fields.map((field) => ({ name: field.field, cover: cover(child, field) })),
  }));
  // The rows of an order, as a rule: a million of them need not be copied one by one. The writer asks for known names.
  const isOpen = kinds.every(({ covers }) => covers.every(({ cover }) => cover === KEEP));
  const coveredChildren = (held: Children): Children => {
    const all = Object.create(null) as Children;
    for (const { kind, covers } of kinds) {
      const siblings = held[kind];
      if (siblings === undefined) continue;
      const shownSiblings = (all[kind] = Object.create(null) as Children[string]);
      for (const [id, given] of Object.entries(siblings)) {
        shownSiblings[id] = Object.fromEntries(
          covers.flatMap(({ name, cover }) => {
            const value = cover(given[name]);
            return value === null || value === undefined ? [] : [[name, value]];
          }),
        );
      }
    }
    return all;
  };
  const shownChildren = isOpen ? (held: Children): Children => held : coveredChildren;
  return (row) => ({
    values: fields.map(({ name, cover }) => cover(row[name])),
    children: row.children === null ? null : shownChildren(JSON.parse(row.children) as Children),
  });
}

type Cover = (value: FieldValue) => FieldValue;

const KEEP: Cover = (value) => value;
const HIDE: Cover = (value) => (value === null || value === undefined ? value : MASK);
const DROP: Cover = () => undefined;

const coverFor =
  (choice: ProtectedPersons, isProtected: boolean) =>
  ({ key }: RecordTable | ChildTable, { field, type, sensitive }: Field): Cover => {
    const facts = { kind: type.kind, isKey: field === key, sensitive: sensitive ?? false };
    switch (exposure(choice, isProtected, facts)) {
      case 'kept':
        return KEEP;
      case 'masked':
        return HIDE;
      case 'dropped':
        return DROP;
    }
  };
