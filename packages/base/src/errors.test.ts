import { expect, test } from "vitest";
import {
	type ErrorCode,
	errorTable,
	InvalidLiveIdError,
	LivekeeperError,
	RoomNotFoundError,
	TooManyRoomsError,
} from "./errors.ts";
import { verbatim } from "./text/index.ts";

test("carries its code, the table's status and a hint", () => {
	const error = new RoomNotFoundError("1001");
	expect(error).toBeInstanceOf(LivekeeperError);
	expect(error).toMatchObject({ code: "room_not_found", status: 404, hint: errorTable.room_not_found.hint });
	expect(error.message).toContain("1001");
	expect(new TooManyRoomsError(3)).toMatchObject({ code: "too_many_rooms", status: 409 });
	expect(new InvalidLiveIdError()).toMatchObject({ code: "invalid_live_id", status: 400 });
});

test("asks clients to return after a temporary error", () => {
	const retryAfter = (code: ErrorCode) => new LivekeeperError(code, verbatim("no")).retryAfterS;
	const codes = ["storage_failing", "node_silent", "shutting_down", "room_not_found", "internal"] as const;
	expect(codes.map(retryAfter)).toEqual([1, 1, 1, undefined, undefined]);
	expect(new LivekeeperError("storage_failing", verbatim("no"), { retryAfterS: 9 }).retryAfterS).toBe(9);
});

test("prefers the caller's hint and keeps the cause", () => {
	const cause = new Error("why");
	const error = new LivekeeperError("invalid_live_id", verbatim("no"), { hint: verbatim("do this"), cause });
	expect(error.hint.en).toBe("do this");
	expect(error.cause).toBe(cause);
});
