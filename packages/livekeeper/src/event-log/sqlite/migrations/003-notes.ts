/** Small things to remember under a name; `value` is JSON. */
export const notes = `
CREATE TABLE notes (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;
