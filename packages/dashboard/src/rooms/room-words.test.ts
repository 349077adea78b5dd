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
] as const)("gives advice for a %s room (advises: %s)", (state, advises, words) => {
	expect(wordsOf(of({ state }), advises)).toBe(words);
});

test("shows the refusal itself if there is no advice", () => {
	expect(wordsOf(of({ state: "blocked", reason: { ...of({}).reason, help: null } }), true)).toBe(message);
});
