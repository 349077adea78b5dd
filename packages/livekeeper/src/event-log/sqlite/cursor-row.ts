import type { Cursor } from "@livekeeper/douyin";

/** A room's cursor as its row has it. */
export interface CursorRow {
	roomId: string | null;
	cursor: string | null;
	internalExt: string | null;
	repeats: number | null;
}

/** A cursor as a room's row has it. */
export function rowOf({ roomId, cursor, internalExt, repeats }: Cursor): CursorRow {
	return { roomId, cursor, internalExt, repeats: repeats ?? null };
}

export function cursorOf({ roomId, cursor, internalExt, repeats }: CursorRow): Cursor | undefined {
	if (cursor === null) return undefined;
	return { roomId: roomId ?? "", cursor, internalExt: internalExt ?? "", ...(repeats !== null && { repeats }) };
}
