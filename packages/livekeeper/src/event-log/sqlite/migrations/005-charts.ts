/**
 * Sums for charts, and where the service's own events lie. Of events that a database already holds they are made
 * afterwards by upkeep, so that a large one opens as quickly as ever: `charted_seq` tells how far it has come.
 */
export const charts = `
-- Events up to here are counted in minutes, broadcast_gifts and service_events; never ahead of folded_seq.
ALTER TABLE rooms ADD COLUMN charted_seq INTEGER NOT NULL DEFAULT 0;

UPDATE rooms SET charted_seq = oldest_seq - 1;

CREATE TABLE minutes (
	room_no INTEGER NOT NULL,
	-- Since the epoch, of the events' "at".
	minute INTEGER NOT NULL,
	-- Of its newest event: the minute goes when that one goes.
	last_seq INTEGER NOT NULL,
	sums TEXT NOT NULL,
	PRIMARY KEY (room_no, minute)
) STRICT, WITHOUT ROWID;

CREATE INDEX minutes_by_seq ON minutes (room_no, last_seq);

CREATE TABLE broadcast_gifts (
	broadcast_no INTEGER NOT NULL,
	gift_id TEXT NOT NULL,
	count INTEGER NOT NULL,
	diamonds INTEGER NOT NULL,
	gift TEXT NOT NULL,
	PRIMARY KEY (broadcast_no, gift_id)
) STRICT, WITHOUT ROWID;

-- Set together with top_gifters.
ALTER TABLE broadcasts ADD COLUMN top_gifts TEXT;

CREATE TABLE service_events (
	pos INTEGER PRIMARY KEY
) STRICT;
`;
