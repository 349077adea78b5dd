/** Few of all broadcasts that are known still have their users and gifts: they are found without reading the others. */
export const unsettledBroadcasts = `
CREATE INDEX broadcasts_unsettled ON broadcasts (room_no, last_seq) WHERE top_gifters IS NULL;
`;
