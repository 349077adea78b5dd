/** What gifts are called, cost and look like, of all rooms. It begins with those of the broadcasts that are known. */
export const knownGifts = `
CREATE TABLE known_gifts (
	gift_id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	image TEXT NOT NULL,
	diamond_count INTEGER NOT NULL,
	-- Of the events' "at".
	first_at INTEGER NOT NULL,
	last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The columns beside max() are those of the row that has it.
INSERT INTO known_gifts
SELECT gift_id, json_extract(gift, '$.name'), json_extract(gift, '$.image'), json_extract(gift, '$.diamondCount'), 0,
max(coalesce(json_extract(totals, '$.lastAt'), 0))
FROM broadcast_gifts JOIN broadcasts USING (broadcast_no) WHERE gift_id GLOB '[1-9]*' GROUP BY gift_id;

UPDATE known_gifts SET first_at = (
	SELECT coalesce(min(json_extract(totals, '$.startedAt')), last_at)
	FROM broadcast_gifts JOIN broadcasts USING (broadcast_no) WHERE broadcast_gifts.gift_id = known_gifts.gift_id
);
`;
