import { commandTexts, screenTexts } from "@livekeeper/base/text";
import type { Room } from "@livekeeper/client";
import type { Io } from "../io.ts";
import { statusTable } from "./status-table.ts";

interface Screen {
	now: number;
	io: Pick<Io, "paint" | "columns" | "language">;
	/** Number of lines that fit. */
	rows: number;
	url: string;
}

/**
 * Number of lines above and below the rooms: counts, an empty line, the table's head, and the number of hidden rooms.
 */
const otherLines = 4;

/** Formats the screen of `top`: counts, and as many rooms as fit, worst first. */
export function topScreen(rooms: readonly Room[], { now, io, rows, url }: Screen): string[] {
	const { language } = io;
	const failing = rooms.filter((room) => room.trouble !== null).length;
	const connected = rooms.filter(({ state }) => state === "connected").length;
	const perMinute = rooms.reduce((sum, room) => sum + room.messages_last_minute, 0);
	const counts = [
		screenTexts.rooms(rooms.length)[language],
		io.paint("green", screenTexts.connected(connected)[language]),
		io.paint(failing > 0 ? "red" : "gray", screenTexts.failing(failing)[language]),
		screenTexts.perMinute(perMinute)[language],
	];
	const head = `${counts.join("   ")}   ${io.paint("gray", url)}`;
	if (rooms.length === 0) return [head, "", commandTexts.noRooms[language]];
	const worstFirst = [...rooms].sort((a, b) => a.urgency - b.urgency || Number(b.pinned) - Number(a.pinned));
	const shown = worstFirst.slice(0, Math.max(1, rows - otherLines));
	const more = rooms.length - shown.length;
	return [
		head,
		"",
		...statusTable(shown, now, io).split("\n"),
		...(more > 0 ? [io.paint("gray", screenTexts.more(more)[language])] : []),
	];
}
