import { describe, expect, it } from "vitest";
import {
	decodeChatMessage,
	decodePushFrame,
	decodeResponse,
	decodeUser,
	encodeChatMessage,
	encodePushFrame,
	encodeUser,
	MAX_TEXT_BYTES,
	WireError,
} from "./index.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("malformed input is rejected with a WireError", () => {
	it.each([
		["a truncated varint", "10 ff"],
		["a varint of eleven bytes", "10 ff ff ff ff ff ff ff ff ff ff 01"],
		["an unknown varint of eleven bytes", "78 ff ff ff ff ff ff ff ff ff ff 01"],
		["a truncated unknown varint", "78 ff"],
		["a tag without a value", "10"],
		["a truncated tag", "ff"],
		["a tag of more than 32 bits", "82 80 80 80 20 00"],
		["an unterminated length", "42 ff ff ff ff ff ff ff ff ff ff ff"],
		["a length past the end of the input", "42 05 61 62"],
		["a length of more than 32 bits", "42 80 80 80 80 80 80 01"],
		["an unknown field whose length is past the end", "7a 05 61"],
		["a nested message whose length is past the end", "2a 05 0a 01"],
		["a field beyond the end of its nested message", "2a 02 0a 01 61 61"],
		["a varint beyond the end of its nested message", "2a 02 10 ff 01"],
		["field number 0", "00 00"],
		["field number 0 with a length", "02 01 61"],
		["the start of a group", "0b 0c"],
		["the end of a group", "0c"],
		["wire type 6", "0e 00"],
		["wire type 7", "0f 00"],
		["a truncated fixed 64-bit field", "79 00 00 00 00 00 00 00"],
		["a truncated fixed 32-bit field", "7d 00 00 00"],
	])("%s", (_, bytes) => {
		expect(() => decodePushFrame(hex(bytes))).toThrow(WireError);
	});

	it.each(["", "a", "ab", "abc"])("truncates a text of megabytes between characters, and continues: %j…", (begin) => {
		const said = begin + "🙂".repeat(500_000);
		const read = decodeUser(Buffer.concat([encodeUser({ nickname: said }), encodeUser({ secUid: "s" })]));
		expect(Buffer.byteLength(read.nickname)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
		expect(Buffer.byteLength(read.nickname)).toBeGreaterThan(MAX_TEXT_BYTES - 4);
		expect(said.startsWith(read.nickname)).toBe(true);
		expect(read.secUid).toBe("s");
	});

	it("rejects too many nested messages", () => {
		const headers = Buffer.alloc(2 * 60_000);
		for (let i = 0; i < headers.length; i += 2) headers[i] = 0x2a;
		expect(() => decodePushFrame(headers)).toThrow(/nested messages/);
	});
});

describe("unusual but valid input", () => {
	it("reads empty input as a message of defaults", () => {
		expect(decodePushFrame(new Uint8Array(0))).toEqual({
			logId: "0",
			headers: [],
			payloadType: "",
			payload: new Uint8Array(0),
		});
	});

	it("skips unknown fields of every wire type", () => {
		const unknown = hex("f8 07 ff ff ff ff ff ff ff ff ff 01  79 01 02 03 04 05 06 07 08  7d 01 02 03 04  7a 02 61 62");
		const known = encodePushFrame({ logId: "7", payloadType: "hb" });
		expect(decodePushFrame(Buffer.concat([unknown, known, unknown]))).toMatchObject({ logId: "7", payloadType: "hb" });
	});

	it("skips a known field with another wire type", () => {
		expect(decodePushFrame(hex("12 01 61 3a 02 68 62"))).toMatchObject({ logId: "0", payloadType: "hb" });
	});

	it("takes the last of repeated fields and merges messages", () => {
		const first = encodeChatMessage({ content: "a", user: { nickname: "n", payGrade: { level: 3 } } });
		const second = encodeChatMessage({ content: "b", user: { secUid: "s", payGrade: {} } });
		const merged = decodeChatMessage(Buffer.concat([first, second]));
		expect(merged).toMatchObject({ content: "b", user: { nickname: "n", secUid: "s", payGradeLevel: 3 } });
	});

	it("reads varints with more bytes than they need", () => {
		expect(decodePushFrame(hex("10 81 80 80 80 80 00"))).toMatchObject({ logId: "1" });
		expect(decodePushFrame(hex("90 80 00 01"))).toMatchObject({ logId: "1" });
	});

	it("reads broken UTF-8 as replacement characters", () => {
		expect(decodePushFrame(hex("3a 02 ff 61")).payloadType).toBe("\ufffda");
	});

	it("reads any non-zero varint as a true bool", () => {
		expect(decodeResponse(hex("48 80 80 80 80 80 80 80 80 80 01")).needAck).toBe(true);
		expect(decodeResponse(hex("48 80 00")).needAck).toBe(false);
	});

	it("reads input that is a part of a larger array", () => {
		const bytes = encodeUser({ nickname: "n", id: "5" });
		const larger = new Uint8Array(bytes.length + 20).fill(0xff);
		larger.set(bytes, 7);
		expect(decodeUser(larger.subarray(7, 7 + bytes.length))).toMatchObject({ nickname: "n", id: "5" });
	});

	it("reads map keys with names of object properties", () => {
		const bytes = hex("3a 0e 0a 09 5f 5f 70 72 6f 74 6f 5f 5f 12 01 78");
		expect([...decodeResponse(bytes).routeParams]).toEqual([["__proto__", "x"]]);
	});
});

describe("integers", () => {
	it.each([
		"0",
		"127",
		"128",
		"4294967295",
		"4294967296",
		"9007199254740993",
		"9223372036854775808",
		"18446744073709551615",
	])("keeps the id %s exactly", (id) => {
		expect(decodeUser(encodeUser({ id })).id).toBe(id);
	});

	it.each([0, 1, 127, 128, 2 ** 31, 2 ** 32 + 5, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER])(
		"keeps the count %d exactly",
		(now) => {
			const response = decodeResponse(Buffer.concat([hex("20"), varint(BigInt(now))]));
			expect(response.now).toBe(now);
		},
	);

	it("reads the largest safe integer for a count above it", () => {
		expect(decodeResponse(hex("20 ff ff ff ff ff ff ff ff ff 01")).now).toBe(Number.MAX_SAFE_INTEGER);
	});

	it.each([0, 1, -1, 2 ** 31 - 1, -(2 ** 31)])("keeps the int32 %d", (gender) => {
		expect(decodeUser(encodeUser({ gender })).gender).toBe(gender);
	});
});

function varint(value: bigint): Buffer {
	const bytes: number[] = [];
	let rest = value;
	for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
	bytes.push(Number(rest));
	return Buffer.from(bytes);
}
