/** Named identities, and the name that a room goes by: it stays readable where the room's other options can't be. */
export const identities = `
CREATE TABLE identities (
	identity_no INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	added_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	-- Cookie, proxy and expiry, sealed with the data folder's key.
	secrets BLOB NOT NULL
) STRICT;

ALTER TABLE wanted_rooms ADD COLUMN identity TEXT;
`;
