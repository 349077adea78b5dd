const cursorPattern = /^t-\d+_r-(\d{19})_d-(\d{1,15})_u-1$/;

/**
 * Formats the position of a client: the broadcast, by its room id, and the position of the next message. It looks like
 * the upstream's, and clients must not parse it.
 */
export function formatCursor(roomId: string, position: number, nowMs: number): string {
	return `t-${nowMs}_r-${roomId}_d-${position}_u-1`;
}

/** Parses a cursor; `undefined` for anything else, such as the cursor that clients invent without `im/fetch`. */
export function parseCursor(cursor: string): { roomId: string; position: number } | undefined {
	const [, roomId, position] = cursorPattern.exec(cursor) ?? [];
	if (roomId === undefined || position === undefined) return undefined;
	return { roomId, position: Number(position) };
}

/** Formats the `internal_ext` that accompanies the cursor, in the upstream's style. */
export function formatInternalExt(roomId: string, position: number, nowMs: number): string {
	const times = `first_req_ms:${nowMs}|fetch_time:${nowMs}|seq:${position}|wss_info:0-${nowMs}-0-0`;
	return `internal_src:pushserver|wss_push_room_id:${roomId}|${times}|wss_msg_type:r|wrds_v:${roomId}`;
}
