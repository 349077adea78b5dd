import type { Cursor } from "@livekeeper/douyin";

/** A room's cursor as its row has it. */
export interface CursorRow {
	roomId: string | null;
	cursor: string | null;
	internalExt: string | null;
	repeats: number | null;
}

export const cursorColumns =
	"cursor_room_id AS roomId, cursor, cursor_internal_ext AS internalExt, cursor_repeats AS repeats";

export function cursorOf({ roomId, cursor, internalExt, repeats }: CursorRow): Cursor | undefined {
	if (cursor === null) return undefined;
	return { roomId: roomId ?? "", cursor, internalExt: internalExt ?? "", ...(repeats !== null && { repeats }) };
}
