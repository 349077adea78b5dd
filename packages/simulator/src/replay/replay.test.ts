import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { GiftCounter, streakIdOf } from "@livekeeper/douyin";
import {
	decodeBindingGiftIdentified,
	decodeBindingGiftMessage,
	decodeChatMessage,
	decodeGiftMessage,
	decodeIdentified,
	decodeIdentifiedInSecond,
	encodeBindingGiftMessage,
	encodeChatMessage,
	encodeGiftMessage,
	encodeMessage,
	encodePushFrame,
	encodeResponse,
} from "@livekeeper/douyin/wire";
import { describe, expect, it, onTestFinished } from "vitest";
import { connected, fetchState, firstRoom, started, until } from "../client.helpers.ts";
import { messagesOfFrame } from "./recording.ts";

const captures = fileURLToPath(new URL("../../../../../shared/protocol/captures", import.meta.url));

function message(id: string, content: string, method = "WebcastChatMessage") {
	return { method, payload: encodeChatMessage({ content }), msgId: id };
}

function gift(id: string, content: { groupId?: string; repeatCount?: number }) {
	const payload = encodeGiftMessage({ giftId: "5", gift: { id: "5", combo: true }, ...content });
	return { method: "WebcastGiftMessage", payload, msgId: id };
}

function response(...messages: ReturnType<typeof message>[]): Uint8Array {
	return encodeResponse({ messages, cursor: "t-1_r-1_d-1_u-1" });
}

function frame(...messages: ReturnType<typeof message>[]): Buffer {
	const headers = [{ key: "compress_type", value: "gzip" }];
	const payload = gzipSync(response(...messages));
	return Buffer.from(encodePushFrame({ logId: "1", headers, payloadType: "msg", payload }));
}

async function folderOf(files: Record<string, string>): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "replay-"));
	onTestFinished(() => rm(folder, { recursive: true }));
	for (const [name, text] of Object.entries(files)) {
		await mkdir(join(folder, name, ".."), { recursive: true });
		await writeFile(join(folder, name), text);
	}
	return folder;
}

const wrapped = (text: string) => text.replaceAll(/(.{40})/g, "$1\n");

describe("a replay", () => {
	it("replays a folder's files in order, unchanged with their ids", async () => {
		const hex = frame(message("11", "one"), message("12", "two")).toString("hex");
		const folder = await folderOf({
			"1.hex": wrapped(hex),
			"2.b64": `${wrapped(frame(message("13", "three")).toString("base64"))}\n\n${frame(message("14", "four")).toString("base64")}\n`,
			"3.ndjson": `${JSON.stringify({ t: 5, frame: frame(message("15", "five")).toString("base64") })}\n\n${JSON.stringify({ payload: Buffer.from(response(message("16", "six"))).toString("base64") })}`,
			"notes.txt": "not a recording",
		});
		const { simulator, clock } = await started({ replay: folder, replayLoop: false, rooms: 2 });
		const room = firstRoom(simulator);
		const client = await connected(simulator, { roomId: room.roomId });
		await clock.advance(9000);
		await until("all six", () => client.messages.length === 6);
		expect(client.ids).toEqual(["11", "12", "13", "14", "15", "16"]);
		expect(client.messages.map(({ payload }) => payload.whole().toString("hex"))).toEqual(
			["one", "two", "three", "four", "five", "six"].map((text) =>
				Buffer.from(encodeChatMessage({ content: text })).toString("hex"),
			),
		);
		expect(room.sentIds()).toEqual(client.ids);
		expect(client.open).toBe(true);
		const other = await connected(simulator, { roomId: simulator.rooms[1]?.roomId ?? "" });
		await clock.advance(1000);
		await until("invented messages", () => other.messages.length === 5);
	});

	it("moves only recorded times, in their own units", async () => {
		const then = 1_600_000_000_000;
		const chat = (time: number) =>
			encodeChatMessage({ common: { createTime: then, method: "m" }, content: "x", eventTime: time });
		const gift = (time: number, created: number) =>
			encodeGiftMessage({ common: { createTime: created, msgId: "5" }, giftId: "5", sendTime: time, groupId: "0" });
		const recorded = [
			{ method: "WebcastChatMessage", payload: chat(then / 1000), msgId: "11" },
			{ method: "WebcastGiftMessage", payload: gift(then, then * 1000), msgId: "12" },
			{ method: "WebcastChatMessage", payload: encodeChatMessage({ content: "no time", eventTime: 7 }), msgId: "13" },
		];
		const folder = await folderOf({ "1.hex": frame(...recorded).toString("hex") });
		const { simulator, clock } = await started({ replay: folder, replayLoop: false });
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		const before = clock.now();
		await clock.advance(3000);
		await until("all three", () => client.messages.length === 3);
		const [first, second, third] = client.messages.map(({ payload }) => payload);
		const { eventTime, commonCreateTime, content } = decodeChatMessage(first ?? new Uint8Array(0));
		expect([content, commonCreateTime]).toEqual([
			"x",
			expect.toSatisfy((at: number) => at > before && at <= clock.now()),
		]);
		expect(eventTime).toBe(Math.floor(commonCreateTime / 1000));
		const given = second ?? new Uint8Array(0);
		const { sendTime, commonCreateTime: giftTime, giftId } = decodeGiftMessage(given);
		expect([giftId, decodeIdentified(given), giftTime]).toEqual(["5", "5", sendTime * 1000]);
		expect(sendTime).toBeGreaterThan(before);
		expect(third?.whole().equals(recorded[2]?.payload ?? Buffer.alloc(0))).toBe(true);
	});

	it("moves the times of a packed gift, inside and out", async () => {
		const then = 1.6e12;
		const msg = { common: { createTime: then, msgId: "5" }, giftId: "5", sendTime: then };
		const payload = encodeBindingGiftMessage({ common: { createTime: then, msgId: "6" }, msg });
		const folder = await folderOf({
			"1.hex": frame({ method: "WebcastBindingGiftMessage", payload, msgId: "6" }).toString("hex"),
		});
		const { simulator, clock } = await started({ replay: folder, replayLoop: false });
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		const before = clock.now();
		await clock.advance(3000);
		await until("the gift", () => client.messages.length === 1);
		const given = client.messages[0]?.payload ?? new Uint8Array(0);
		const { msg: gift, commonCreateTime } = decodeBindingGiftMessage(given);
		for (const time of [commonCreateTime, gift?.commonCreateTime, gift?.sendTime]) expect(time).toBeGreaterThan(before);
		expect([decodeIdentifiedInSecond(given), decodeBindingGiftIdentified(given), gift?.giftId]).toEqual([
			"6",
			"5",
			"5",
		]);
	});

	it("keeps every byte of a message, also unknown fields", async () => {
		const known = Buffer.from(encodeMessage(message("21", "x")));
		// Field 77, a varint.
		const strange = Buffer.concat([known, Buffer.from([0xe8, 0x04, 0x2a])]);
		const payload = Buffer.concat([Buffer.from([0x0a, strange.length]), strange]);
		const folder = await folderOf({ "a.ndjson": JSON.stringify({ payload: payload.toString("base64") }) });
		const { simulator } = await started({ replay: folder, startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(1);
		const { roomId } = room;
		const query = new URLSearchParams({ room_id: roomId, user_unique_id: "1", resp_content_type: "protobuf" });
		for (const [name, value] of Object.entries({ did_rule: "3", app_name: "douyin_web", endpoint: "live_pc" })) {
			query.set(name, value);
		}
		for (const [name, value] of Object.entries({ identity: "audience", version_code: "180800", live_id: "1" })) {
			query.set(name, value);
		}
		query.set("aid", "6383");
		query.set("device_platform", "web");
		const answer = await fetch(`${simulator.url}/webcast/im/fetch/?${query}`, { headers: { cookie: "ttwid=x" } });
		expect(Buffer.from(await answer.arrayBuffer()).includes(payload)).toBe(true);
	});

	it("has recorded ids first, then new ones in a loop", async () => {
		const folder = await folderOf({ "1.hex": frame(message("31", "one"), message("32", "two")).toString("hex") });
		const { simulator } = await started({ replay: folder, startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(6);
		const { response: state } = await fetchState(simulator, { roomId: room.roomId });
		const ids = state.messages.map(({ msgId }) => msgId);
		expect(ids.slice(0, 2)).toEqual(["31", "32"]);
		expect(new Set(ids).size).toBe(6);
		expect(ids).toEqual(room.generatedIds());
		const payloads = state.messages.map(({ payload }) => payload.whole().toString("hex"));
		expect(payloads.slice(2)).toEqual([...payloads.slice(0, 2), ...payloads.slice(0, 2)]);
		room.end();
		expect(room.generatedIds()).toHaveLength(7);
	});

	it("shows gifts without a login, except with the fault no_gifts", async () => {
		const folder = await folderOf({ "1.hex": frame(gift("51", { groupId: "7" })).toString("hex") });
		const { simulator, clock } = await started({ replay: folder, replayLoop: false, startTraffic: "manual" });
		const room = firstRoom(simulator);
		const visitor = await connected(simulator, { roomId: room.roomId, cookie: "ttwid=x" });
		room.produce(1);
		await until("the gift", () => visitor.ids.includes("51"));
		const asked = { roomId: room.roomId, cookie: "ttwid=x" };
		expect((await fetchState(simulator, asked)).ids).toEqual(["51"]);
		expect(simulator.connections()).toMatchObject([{ view: "anonymous" }]);
		expect(room.sentIds()).toEqual(["51"]);
		room.setFault({ fault: "no_gifts" });
		expect((await fetchState(simulator, asked)).ids).toEqual([]);
		room.push("WebcastGiftMessage", encodeGiftMessage({ giftId: "1" }));
		await clock.advance(1000);
		await visitor.ping();
		expect(visitor.ids).toEqual(["51"]);
	});

	it("gives gifts new groups in a loop, changing nothing else", async () => {
		const streak = [gift("61", { groupId: "7", repeatCount: 1 }), gift("62", { groupId: "7", repeatCount: 2 })];
		const others = [gift("63", { groupId: "8" }), gift("64", {})];
		const folder = await folderOf({ "1.hex": frame(...streak, ...others).toString("hex") });
		const { simulator } = await started({ replay: folder, startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(12);
		const { response: state } = await fetchState(simulator, { roomId: room.roomId });
		const gifts = state.messages.map(({ payload }) => decodeGiftMessage(payload));
		const groups = gifts.map(({ groupId }) => groupId);
		expect(groups.slice(0, 4)).toEqual(["7", "7", "8", "0"]);
		for (const pass of [groups.slice(4, 8), groups.slice(8, 12)]) {
			expect(pass[1]).toBe(pass[0]);
			expect(pass[3]).toBe("0");
		}
		expect(new Set(groups).size).toBe(7);
		const same = gifts.map((one) => ({ ...one, groupId: "" }));
		expect(same.slice(4, 8)).toEqual(same.slice(0, 4));
		expect(same.slice(8, 12)).toEqual(same.slice(0, 4));
		expect(gifts[4]).toMatchObject({ giftId: "5", repeatCount: 1 });
	});

	it("lets a client's gift totals continue in a loop", async () => {
		const streak = [1, 2, 5].map((repeatCount) => gift(`7${repeatCount}`, { groupId: "7", repeatCount }));
		const folder = await folderOf({ "1.hex": frame(...streak).toString("hex") });
		const { simulator } = await started({ replay: folder, startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(9);
		const { response: state } = await fetchState(simulator, { roomId: room.roomId });
		const gifts = new GiftCounter();
		const deltas = state.messages.map(({ msgId: messageId, payload }) => {
			const { groupId, giftId, repeatCount: count } = decodeGiftMessage(payload);
			const parts = { messageId, groupId, giftId, roomId: room.roomId, giver: "1", receiver: "", combo: true };
			return gifts.observe({ streakId: streakIdOf(parts), count, final: false, diamondCount: 1, now: 0 }).delta;
		});
		expect(deltas).toEqual([1, 1, 3, 1, 1, 3, 1, 1, 3]);
	});

	it("gets new ids from a simulator with the same seed", async () => {
		const { simulator: other } = await started({ startTraffic: "manual" });
		firstRoom(other).produce(4);
		const { response: made } = await fetchState(other, { roomId: firstRoom(other).roomId });
		const payload = Buffer.from(
			encodeResponse({ messages: made.messages.map((one) => ({ ...one, payload: one.payload.whole() })) }),
		).toString("base64");
		const folder = await folderOf({ "a.ndjson": JSON.stringify({ payload }) });
		const { simulator } = await started({ replay: folder, startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(12);
		expect(new Set(room.generatedIds()).size).toBe(12);
	});

	it("in a later broadcast has new ids and groups", async () => {
		const folder = await folderOf({ "1.hex": frame(gift("81", { groupId: "7" })).toString("hex") });
		const { simulator } = await started({ replay: folder, startTraffic: "manual" });
		const room = firstRoom(simulator);
		room.produce(1);
		room.end();
		room.begin();
		room.produce(1);
		const { response: state } = await fetchState(simulator, { roomId: room.roomId });
		const [message] = state.messages;
		expect(message?.msgId).not.toBe("81");
		expect(decodeGiftMessage(message?.payload ?? new Uint8Array(0)).groupId).not.toBe("7");
		expect(new Set(room.generatedIds()).size).toBe(3);
	});

	it("sends subfolders in the rooms that follow", async () => {
		const folder = await folderOf({
			"first/1.hex": frame(message("41", "one")).toString("hex"),
			"second/1.b64": frame(message("42", "two")).toString("base64"),
		});
		const { simulator } = await started({ replay: folder, startTraffic: "manual", rooms: 1 });
		expect(simulator.rooms).toHaveLength(2);
		for (const room of simulator.rooms) room.produce(1);
		expect(simulator.rooms.map((room) => room.generatedIds())).toEqual([["41"], ["42"]]);
	});

	it.each([
		["a.hex", "0a0b\nzz00", /a\.hex:1: not hexadecimal: "z"/],
		["a.hex", "\n\n0a0", /a\.hex:3: an odd number/],
		["a.hex", "0f0f", /a\.hex:1: /],
		["a.b64", "????", /a\.b64:1: not base64: "\?"/],
		["a.ndjson", '{"payload":""}\n{"no": 1}', /a\.ndjson:2: expected \{"frame"/],
		["a.ndjson", "\n{", /a\.ndjson:2: /],
		["a.txt", "hello", /no messages in it/],
	])("names file and line of a bad file (%s: %j)", async (name, text, expected) => {
		const replay = await folderOf({ [name]: text });
		await expect(started({ replay })).rejects.toMatchObject({
			code: "replay_unreadable",
			message: expect.stringMatching(expected),
		});
	});

	it("reports a missing folder", async () => {
		const replay = "/nonexistent/folder";
		await expect(started({ replay })).rejects.toMatchObject({
			code: "replay_unreadable",
			message: expect.stringMatching(/ENOENT/),
		});
	});

	it.skipIf(!existsSync(captures))("replays real recordings (skipped without ../shared/protocol)", async () => {
		const chat = Buffer.from((await readFile(join(captures, "chat-2022-12.hex"), "utf8")).replaceAll(/\s/g, ""), "hex");
		const member = Buffer.from(await readFile(join(captures, "member-2026-04.b64"), "utf8"), "base64");
		const recorded = [...messagesOfFrame(chat), ...messagesOfFrame(member)];
		expect(recorded.length).toBeGreaterThanOrEqual(2);
		const { simulator, clock } = await started({ replay: captures, replayLoop: false });
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		await clock.advance(30_000);
		await until("all of it", () => client.messages.length === recorded.length);
		expect(client.ids).toEqual(recorded.map(({ id }) => id));
		expect(client.messages.map(({ method }) => method)).toEqual(recorded.map(({ method }) => method));
	});
});
