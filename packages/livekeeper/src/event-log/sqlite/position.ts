/** 6.8e10 events a room, and 131,071 rooms: together they stay exact in a JavaScript number. */
const seqsPerRoom = 2 ** 36;

export const maxRoomNo = 2 ** 17 - 1;

/** Where an event lies in the table: by room, then by `seq`. */
export function position(roomNo: number, seq: number): number {
	return roomNo * seqsPerRoom + seq;
}

export function seqOf(pos: number): number {
	return pos % seqsPerRoom;
}
