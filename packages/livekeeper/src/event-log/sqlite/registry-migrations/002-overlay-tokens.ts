/** Who may read by a token, and no more than that. */
export const overlayTokens = `
CREATE TABLE overlay_tokens (
	token_no INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	-- The one room that it opens; NULL: all.
	live_id TEXT,
	-- SHA-256 of the secret, which is not kept.
	hash BLOB NOT NULL,
	created_at INTEGER NOT NULL,
	last_used_at INTEGER
) STRICT;
`;
