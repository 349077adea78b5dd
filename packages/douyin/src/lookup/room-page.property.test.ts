import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { heldBytes } from "../held-bytes.helpers.ts";
import { parseRoomPage } from "./ask-page.ts";

const anchor = {
	id_str: "7000000000000000001",
	nickname: '测试"主播"\\',
	avatar_thumb: { url_list: ["https://a/1.jpg"] },
};
const room = { id_str: "7300000000000000002", status: 2, title: '标题 {"a": "}"} \\ & <b>', user_count_str: "1.2万" };
const visitor = { odin: { user_unique_id: "7400000000000000003" } };

function state(roomInfo: unknown): string {
	return JSON.stringify({ state: { other: 1, roomStore: { roomInfo, extra: "$undefined" }, userStore: visitor } });
}

/** A page as the site writes it: the JSON inside `depth` nested string literals, with `&` and `<` escaped. */
function page(json: string, depth: number): string {
	let literal = json;
	for (let i = 0; i < depth; i++) literal = JSON.stringify(`x:${literal}`).slice(3, -1);
	literal = literal.replaceAll("&", "\\u0026").replaceAll("<", "\\u003c");
	const push = depth === 0 ? literal : `self.__pace_f.push([1,"${literal}\\n"])`;
	return `<!doctype html><script>var a = {"roomStore": b, c: "roomStore"};</script><script>${push}</script></html>`;
}

const expectedAnchor = { id: anchor.id_str, nickname: anchor.nickname, avatar: "https://a/1.jpg" };

describe.each([0, 1, 2, 3])("a room's page with its state escaped %i times", (depth) => {
	it("reads room, anchor and visitor id of a live room", () => {
		expect(parseRoomPage(page(state({ room, roomId: room.id_str, anchor }), depth))).toEqual({
			kind: "room",
			room: { roomId: room.id_str, status: 2, title: room.title, cover: "", finishedAt: undefined, voice: false },
			anchor: expectedAnchor,
			userUniqueId: visitor.odin.user_unique_id,
		});
	});

	it("reads status and finish time of an ended broadcast", () => {
		const ended = { ...room, status: 4, finish_time: 1_767_225_600 };
		expect(parseRoomPage(page(state({ room: ended, anchor }), depth))).toMatchObject({
			kind: "room",
			room: { status: 4, finishedAt: 1_767_225_600_000 },
		});
	});

	it("reads the anchor of an account without a room", () => {
		expect(parseRoomPage(page(state({ anchor }), depth))).toEqual({ kind: "no_room", anchor: expectedAnchor });
	});

	it("reads the anchor of a live voice room", () => {
		const voice = { ...anchor, sec_uid: "MS4wLjABAAAA" };
		const info = { anchor: voice, enter_mode: 1, tips: "该直播类型或玩法电脑端暂未支持" };
		expect(parseRoomPage(page(state(info), depth))).toEqual({
			kind: "voice",
			anchor: { ...expectedAnchor, secUid: voice.sec_uid },
		});
		expect(parseRoomPage(page(state({ ...info, anchor }), depth))).toEqual({ kind: "unreadable" });
		expect(parseRoomPage(page(state({ ...info, room }), depth))).toMatchObject({ kind: "room", room: { voice: true } });
	});

	it("reads nothing of an unknown account", () => {
		expect(parseRoomPage(page(state({ web_rid: "1" }), depth))).toEqual({ kind: "empty" });
	});

	it("is read despite invalid JSON beside the room's part", () => {
		const broken = state({ room, anchor }).replace('"$undefined"', "undefined");
		expect(parseRoomPage(page(broken, depth))).toMatchObject({ kind: "room", room: { roomId: room.id_str } });
	});

	it("is unreadable when it was cut off", () => {
		const whole = page(state({ room, anchor }), depth);
		const cut = whole.slice(0, whole.indexOf("user_count_str"));
		expect(parseRoomPage(cut)).toEqual({ kind: "unreadable" });
	});

	it("prefers a state with the room to one without", () => {
		const both = page(state({}), depth) + page(state({ room, anchor }), depth);
		expect(parseRoomPage(both)).toMatchObject({ kind: "room", room: { roomId: room.id_str } });
	});
});

describe("a page without a room", () => {
	it.each([
		["<html><body></body></html>", "unreadable"],
		["", "unreadable"],
	])("is recognized from %j", (html, kind) => {
		expect(parseRoomPage(html)).toEqual({ kind });
	});

	it.each([
		["1/../2", "unreadable"],
		["abc", "unreadable"],
		[7_300_000_000_000_000_000, "unreadable"],
		["1".repeat(21), "unreadable"],
		["", "no_room"],
		["0", "no_room"],
		["$undefined", "no_room"],
		[null, "no_room"],
		[undefined, "no_room"],
	])("rejects %j as a room id: %s", (idStr, kind) => {
		expect(parseRoomPage(page(state({ room: { ...room, id_str: idStr }, anchor }), 1)).kind).toBe(kind);
	});

	it.each([undefined, null, "on", {}])("does not report a room with status %j as offline", (status) => {
		expect(parseRoomPage(page(state({ room: { ...room, status }, anchor }), 1)).kind).toBe("unreadable");
	});
});

describe("the result of parsing a page", () => {
	it.each([0, 1, 2, 3])("does not keep the page in memory, escaped %i times", async (depth) => {
		const pageBytes = 1_000_000;
		const html = page(state({ room, roomId: room.id_str, anchor }), depth);
		const before = await heldBytes();
		const kept = Array.from({ length: 30 }, (_, i) => parseRoomPage(Buffer.alloc(pageBytes, `${i} `) + html));
		expect((await heldBytes()) - before).toBeLessThan(10 * pageBytes);
		expect(kept).toHaveLength(30);
	});
});

describe("a hostile page", () => {
	it("never makes the parser throw", () => {
		const piece = fc.constantFrom(
			...['"roomStore":', '\\"roomStore\\":', '\\\\\\"roomInfo\\\\\\":', '"roomInfo":{', '\\"room\\":{', "{", "}"],
			...['"', "\\", '\\"', '\\\\\\"', "user_unique_id", '\\":\\"123', "status", ":2", "\\u00", "\\x", "captcha"],
		);
		const soup = fc.array(fc.oneof(piece, fc.string()), { maxLength: 60 }).map((pieces) => pieces.join(""));
		fc.assert(
			fc.property(soup, (html) => {
				expect(["room", "voice", "no_room", "empty", "unreadable"]).toContain(parseRoomPage(html).kind);
			}),
			{ numRuns: 600 * inject("rounds") },
		);
	});

	it("yields only numeric ids wherever it is damaged", () => {
		const whole = page(state({ room, anchor }), 1);
		const place = fc.nat(whole.length - 1);
		fc.assert(
			fc.property(place, fc.string({ maxLength: 4 }), (at, inserted) => {
				const result = parseRoomPage(whole.slice(0, at) + inserted + whole.slice(at));
				if (result.kind === "room") expect(result.room.roomId).toMatch(/^\d{1,20}$/);
			}),
			{ numRuns: 200 * inject("rounds") },
		);
	});

	it("is read only as far as the budget allows", () => {
		// Each marker begins an object that never ends: reading every one to the end would take quadratic time.
		const html = '"roomStore":{'.repeat(300_000);
		expect(parseRoomPage(html)).toEqual({ kind: "unreadable" });
	});
});
