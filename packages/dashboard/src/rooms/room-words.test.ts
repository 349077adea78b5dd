import type { Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { wordsOf } from "./room-words.ts";

const message = "抖音拒绝了连接（push.example，HTTP 200，DEVICE_BLOCKED）。";
const help = "抖音拒绝了这个设备、网络地址或账号。";
const of = (room: Partial<Room>) =>
	({
		health: null,
		evidence: [],
		login_warning: null,
		trouble: null,
		reason: { code: "blocked", message, help },
		...room,
	}) as Room;

test.each([
	["blocked", false, help],
	["not_found", false, help],
	["reconnecting", false, message],
	["reconnecting", true, help],
	["waiting", true, message],
] as const)("says what to do about a room that is %s (advises: %s)", (state, advises, words) => {
	expect(wordsOf(of({ state }), advises)).toBe(words);
});

test("says what was refused where nothing can be done", () => {
	expect(wordsOf(of({ state: "blocked", reason: { ...of({}).reason, help: null } }), true)).toBe(message);
});
