/**
 * Wanted rooms and identities have moved into a file of their own ({@link RegistryFile}). The id tells this log from
 * others that may lie in its place.
 */
export const ownRegistry = `
ALTER TABLE log ADD COLUMN id TEXT NOT NULL DEFAULT '';

UPDATE log SET id = lower(hex(randomblob(8)));

DROP TABLE wanted_rooms;

DROP TABLE identities;
`;
