import type { Cursor } from "@livekeeper/douyin";

/** Columns of a room's row that hold its cursor. */
export interface CursorRow {
	roomId: string | null;
	cursor: string | null;
	internalExt: string | null;
	repeats: number | null;
}

/** Returns the columns for a cursor. */
export function rowOf({ roomId, cursor, internalExt, repeats }: Cursor): CursorRow {
	return { roomId, cursor, internalExt, repeats: repeats ?? null };
}

export function cursorOf({ roomId, cursor, internalExt, repeats }: CursorRow): Cursor | undefined {
	if (cursor === null) return undefined;
	return { roomId: roomId ?? "", cursor, internalExt: internalExt ?? "", ...(repeats !== null && { repeats }) };
}
