const cursorPattern = /^t-\d+_r-(\d{19})_d-(\d{1,15})_u-1$/;

/**
 * The position of a client: the broadcast, by its room id, and the position of the message that comes next. It looks like
 * the upstream's, and clients must not read anything out of it.
 */
export function formatCursor(roomId: string, position: number, nowMs: number): string {
	return `t-${nowMs}_r-${roomId}_d-${position}_u-1`;
}

/** `undefined` for anything that is no cursor of ours, such as the one that clients make up without `im/fetch`. */
export function parseCursor(cursor: string): { roomId: string; position: number } | undefined {
	const [, roomId, position] = cursorPattern.exec(cursor) ?? [];
	if (roomId === undefined || position === undefined) return undefined;
	return { roomId, position: Number(position) };
}

/** What travels beside the cursor (`internal_ext`), in the upstream's style. */
export function formatInternalExt(roomId: string, position: number, nowMs: number): string {
	const times = `first_req_ms:${nowMs}|fetch_time:${nowMs}|seq:${position}|wss_info:0-${nowMs}-0-0`;
	return `internal_src:pushserver|wss_push_room_id:${roomId}|${times}|wss_msg_type:r|wrds_v:${roomId}`;
}
