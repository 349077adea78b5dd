import { describe, expect, it } from "vitest";
import { decodeUser, encodeChatMessage, encodePushFrame, encodeResponse, encodeUser, WireError } from "./index.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("Writer", () => {
	it("leaves out fields with their default", () => {
		expect(encodeUser({ id: "0", nickname: "", gender: 0, verified: false, badgeImageList: [] })).toHaveLength(0);
	});

	it("writes a message that is present though empty", () => {
		expect(hex(encodeChatMessage({ user: {} }))).toBe("1200");
	});

	it("writes fields in order of their number", () => {
		expect(hex(encodePushFrame({ payloadType: "hb", logId: "1" }))).toBe("10013a026862");
	});

	it("writes a list of integers packed", () => {
		expect(hex(encodeChatMessage({ chatTags: [1, 300, -1] }))).toBe(`9a010d01ac02${"ff".repeat(9)}01`);
	});

	it("makes room for the length of long nested messages", () => {
		const nickname = "名".repeat(70_000);
		expect(decodeUser(encodeUser({ nickname, avatarThumb: { urlList: ["u".repeat(300)] } }))).toMatchObject({
			nickname,
			avatarThumbUrl: "u".repeat(300),
		});
	});

	it.each(["-1", "1.5", "x", " 1", "18446744073709551616", "99999999999999999999999"])("rejects the id %j", (id) => {
		expect(() => encodeUser({ id })).toThrow(WireError);
	});

	it.each([-1, 1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY])("rejects the count %d", (now) => {
		expect(() => encodeResponse({ now })).toThrow(WireError);
	});

	it.each([2 ** 31, 0.5, -(2 ** 31) - 1, Number.NaN])("rejects the int32 %d", (gender) => {
		expect(() => encodeUser({ gender })).toThrow(WireError);
	});
});
