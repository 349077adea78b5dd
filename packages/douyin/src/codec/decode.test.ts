import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DouyinError } from "../errors.ts";
import { GiftCounter } from "../gifts/index.ts";
import { heldBytes } from "../held-bytes.helpers.ts";
import {
	decodePushFrame,
	encodeChatMessage,
	encodeImDeleteMessage,
	encodePushFrame,
	encodeResponse,
	encodeRoomRankMessage,
} from "../wire/index.ts";
import { type DecodeContext, decodeFrame, decodeResponse, encodeAck, encodeHeartbeat } from "./index.ts";
import { busyMessages, chatMessage, frameOf, giftMessage, idOf, memberMessage, responseOf } from "./samples.helpers.ts";

const context = (more: Partial<DecodeContext> = {}): DecodeContext => ({
	liveId: "261378947940",
	roomId: "7590000000000000000",
	receivedAt: 1_767_225_601_234,
	...more,
});

const hex = (bytes: Uint8Array = new Uint8Array()) => Buffer.from(bytes).toString("hex");

describe("decodeFrame", () => {
	it("returns events in the order of a frame's messages", () => {
		const frame = decodeFrame(frameOf(responseOf(busyMessages())), context());
		expect(frame.problems).toEqual([]);
		expect(frame.events.map((event) => event.id)).toEqual(Array.from({ length: 20 }, (_, i) => idOf(i + 1)));
		expect(new Set(frame.events.map((event) => event.type))).toEqual(new Set(["chat", "member", "gift", "raw"]));
	});

	it("bounds texts of 1 MiB and lists them as bounded", async () => {
		const name = "长🙂".repeat(150_000);
		const { method = "", payload = new Uint8Array(0) } = chatMessage(1);
		const named = encodeChatMessage({
			content: name,
			user: { nickname: name, secUid: name, idStr: name, avatarThumb: { urlList: [name] } },
		});
		const messages = [{ method, payload: named, msgId: "1" }, { method: name, payload, msgId: "2" }, chatMessage(3)];
		const frame = frameOf(responseOf([...messages, { method, payload, msgId: "4" }]));
		const before = await heldBytes();
		const frames = Array.from({ length: 40 }, () => decodeFrame(frame, context()));
		expect((await heldBytes()) - before).toBeLessThan(40 * 400_000);
		const bounded = ["user.id", "user.sec_uid", "user.nickname", "user.avatar", "content"];
		expect(frames[39]?.events.map((event) => event.bounded)).toEqual([bounded, ["method"], undefined, undefined]);
	});

	it("ignores a cursor that is too long", () => {
		const long = "t-1".repeat(10_000);
		const headers = [
			{ key: "im-cursor", value: long },
			{ key: "im-internal_ext", value: long },
		];
		const frame = encodePushFrame({
			payloadType: "msg",
			headers,
			payload: encodeResponse({ cursor: "c", internalExt: long }),
		});
		expect(decodeFrame(frame, context())).toMatchObject({ cursor: "c", internalExt: "" });
	});

	it("bounds the number and names of hosts, and periods", () => {
		const pushServer = ["x".repeat(300), ...Array.from({ length: 100_000 }, (_, i) => `h${i}`)].join(",");
		const far = Number.MAX_SAFE_INTEGER;
		const response = decodeResponse(
			encodeResponse({ pushServer, heartbeatDuration: far, fetchInterval: far }),
			context(),
		);
		expect(response).toMatchObject({ heartbeatMs: 3_600_000, fetchIntervalMs: 3_600_000 });
		expect(response.pushServers).toEqual(Array.from({ length: 32 }, (_, i) => `h${i}`));
	});

	it("counts scalar list items against the frame's budget", () => {
		const payload = encodeImDeleteMessage({ deleteMsgIds: Array.from({ length: 30_000 }, () => "1") });
		const { events, problems } = decodeFrame(
			frameOf(responseOf([{ method: "WebcastImDeleteMessage", payload }])),
			context(),
		);
		expect([events.map(({ type }) => type), problems]).toEqual([["raw"], []]);
	});

	it("decodes packed and plain frames alike", () => {
		const response = responseOf(busyMessages());
		expect(decodeFrame(frameOf(response, "none"), context())).toEqual(decodeFrame(frameOf(response), context()));
	});

	it("copies payloads into typed events with the option raw", () => {
		const messages = busyMessages();
		const bytes = frameOf(responseOf(messages), "none");
		const { events } = decodeFrame(bytes, context({ raw: true }));
		const payloads = messages.map(({ payload }) => hex(payload));
		expect(events.map((event) => hex(event.type === "raw" ? event.payload : event.raw))).toEqual(payloads);
		expect(events.filter((event) => event.type === "raw" && event.raw)).toEqual([]);
		bytes.fill(0);
		expect(hex(events[0]?.raw)).toBe(payloads[0]);
		const plain = decodeFrame(frameOf(responseOf(messages)), context()).events;
		expect(plain.filter((event) => "raw" in event)).toEqual([]);
	});

	it("unpacks gzip without a header that names it", () => {
		const payload = gzipSync(responseOf([chatMessage(1)]));
		expect(decodeFrame(encodePushFrame({ payloadType: "msg", payload }), context()).events).toHaveLength(1);
	});

	it("prefers the frame's cursor and internal_ext over the Response's", () => {
		const response = responseOf([chatMessage(1)]);
		expect(decodeFrame(frameOf(response), context())).toMatchObject({
			payloadType: "msg",
			logId: "8726349535470250001",
			needAck: true,
			cursor: "t-1767225600001_r-2_d-1_u-1",
			internalExt: "internal_src:pushserver|wss_msg_type:r|seq:2",
			heartbeatMs: 15_000,
		});
		expect(decodeFrame(encodePushFrame({ payloadType: "msg", payload: response }), context())).toMatchObject({
			cursor: "t-1767225600000_r-1_d-1_u-1",
			internalExt: "internal_src:pushserver|wss_msg_type:r|wrds_v:1",
		});
	});

	it.each([
		[0, undefined],
		[15, 15_000],
		[10_000, 10_000],
	])("reads a heartbeat_duration of %d as %s ms", (heartbeatDuration, heartbeatMs) => {
		expect(decodeFrame(frameOf(responseOf([], { heartbeatDuration })), context()).heartbeatMs).toBe(heartbeatMs);
	});

	it.each(["hb", "ack", "close", ""])("ignores the payload of a frame of type %j", (payloadType) => {
		const bytes = encodePushFrame({ payloadType, logId: "5", payload: Buffer.from([0xff]) });
		const nothing = { cursor: "", internalExt: "", needAck: false, heartbeatMs: undefined, events: [], problems: [] };
		expect(decodeFrame(bytes, context())).toEqual({ payloadType, logId: "5", ...nothing });
	});

	it("reports an unreadable message and decodes the others", () => {
		const broken = { ...memberMessage(2), payload: Buffer.from("12ff", "hex") };
		const frame = decodeFrame(frameOf(responseOf([chatMessage(1), broken, chatMessage(3)])), context());
		expect(frame.events.map((event) => event.id)).toEqual([idOf(1), idOf(3)]);
		expect(frame.problems).toEqual([{ method: "WebcastMemberMessage", id: idOf(2), message: expect.any(String) }]);
	});

	it.each([
		["input that is not a frame", Buffer.from("<html>no</html>")],
		["a payload that is not gzip", encodePushFrame(packed(Buffer.from("no gzip")))],
		["a payload that is not a Response", encodePushFrame(packed(gzipSync("no response")))],
		["an unknown payload encoding", encodePushFrame({ ...packed(Buffer.from("x")), headers: [header("br")] })],
	])("rejects %s as a bad frame", (_, bytes) => {
		expect(() => decodeFrame(bytes, context())).toThrow(expect.toSatisfy(isBadFrame));
	});

	it("rejects a frame that unpacks beyond the caller's limit", () => {
		const frame = frameOf(responseOf(busyMessages()));
		expect(() => decodeFrame(frame, context({ maxInflatedBytes: 10_000 }))).toThrow(/more than 10000 bytes/);
	});

	it("limits the number of objects made from one frame", () => {
		const crowd = encodeRoomRankMessage({ ranks: Array.from({ length: 15_000 }, () => ({})) });
		const message = (msgId: string) => ({ method: "WebcastRoomRankMessage", payload: crowd, msgId });
		const frame = decodeFrame(frameOf(responseOf([message("1"), message("2"), chatMessage(3)])), context());
		expect(frame.events).toMatchObject([{ id: "1", type: "rank" }]);
		expect(frame.problems.map((problem) => [problem.id, problem.message])).toEqual([
			["2", "too many nested messages"],
			[idOf(3), "too many nested messages"],
		]);
	});

	it("reports each gift by itself, for a counter to total", () => {
		const gifts = new GiftCounter();
		const deltas = [1, 3, 3, 7].map((count) => {
			const { events } = decodeFrame(frameOf(responseOf([giftMessage(5, count)])), context());
			const [gift] = events;
			const alone = gift?.type === "gift" ? gift.delta : undefined;
			gifts.count(events);
			return [alone, gift?.type === "gift" ? gift.delta : undefined];
		});
		expect(deltas).toEqual([
			[1, 1],
			[3, 2],
			[3, 0],
			[7, 4],
		]);
	});
});

describe("decodeResponse", () => {
	it("returns im/fetch's fields, push servers by preference without duplicates", () => {
		const bytes = responseOf([chatMessage(1)], {
			pushServerV2: "wss://a.example.com, wss://b.example.com",
			pushServer: "wss://b.example.com,,wss://c.example.com",
			proxyServer: "d.example.com",
		});
		const { events, ...rest } = decodeResponse(bytes, context());
		expect(events).toHaveLength(1);
		expect(rest).toEqual({
			problems: [],
			cursor: "t-1767225600000_r-1_d-1_u-1",
			internalExt: "internal_src:pushserver|wss_msg_type:r|wrds_v:1",
			pushServers: ["wss://a.example.com", "wss://b.example.com", "wss://c.example.com", "d.example.com"],
			heartbeatMs: 15_000,
			fetchIntervalMs: 1000,
		});
	});

	it("returns no servers or periods if none are given", () => {
		const empty = { pushServers: [], heartbeatMs: undefined, fetchIntervalMs: undefined, events: [] };
		expect(decodeResponse(encodeResponse({}), context())).toMatchObject(empty);
	});

	it("rejects bytes that are not a Response", () => {
		expect(() => decodeResponse(Buffer.from("<html>"), context())).toThrow(expect.toSatisfy(isBadFrame));
	});
});

describe("encoding", () => {
	it("writes a heartbeat of four bytes", () => {
		expect(Buffer.from(encodeHeartbeat()).toString("hex")).toBe("3a026862");
	});

	it("writes an ack with the frame's id and internal_ext", () => {
		const frame = decodePushFrame(encodeAck("8726349535470250001", "a|b:虚"));
		expect(frame).toMatchObject({ logId: "8726349535470250001", payloadType: "ack" });
		expect(Buffer.from(frame.payload).toString()).toBe("a|b:虚");
	});

	it("writes an ack exactly as the schema's encoder does", () => {
		const logId = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
		const part = fc.string({ unit: "binary", maxLength: 8 });
		const internalExt = fc.tuple(part, fc.nat(60)).map(([text, times]) => text.repeat(times));
		fc.assert(
			fc.property(logId, internalExt, (id, ext) => {
				const frame = encodePushFrame({ logId: id, payloadType: "ack", payload: Buffer.from(ext) });
				expect(Buffer.from(encodeAck(id, ext)).equals(frame)).toBe(true);
			}),
			{
				examples: [
					["0", ""],
					["", ""],
					["127", "x"],
					["128", ""],
					["4294967296", "x".repeat(127)],
					["18446744073709551615", "x".repeat(128)],
				],
			},
		);
	});
});

function header(compression: string) {
	return { key: "compress_type", value: compression };
}

function packed(payload: Uint8Array) {
	return { payloadType: "msg", headers: [header("gzip")], payload };
}

function isBadFrame(error: unknown): boolean {
	return error instanceof DouyinError && error.reason === "bad_frame";
}
