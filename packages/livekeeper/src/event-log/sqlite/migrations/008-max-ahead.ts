/**
 * How far times lay ahead, apart from how far they lay behind: where a range begins, an old time, as that of a pinned
 * message, moves nothing. Of what a database already holds only the most of both is known.
 */
export const maxAhead = `
-- The most that an event's "at" ever lay after its "stored_at".
ALTER TABLE rooms ADD COLUMN max_ahead_ms INTEGER NOT NULL DEFAULT 0;

UPDATE rooms SET max_ahead_ms = max_skew_ms;
`;
