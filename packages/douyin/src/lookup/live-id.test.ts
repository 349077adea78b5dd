import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLiveId } from "./live-id.ts";

describe("parseLiveId", () => {
	it.each([
		["261378947940", "261378947940"],
		["  261378947940\n", "261378947940"],
		["Some_name-1.x", "Some_name-1.x"],
		["x".repeat(64), "x".repeat(64)],
		["https://live.douyin.com/261378947940", "261378947940"],
		["http://live.douyin.com/261378947940/", "261378947940"],
		["https://live.douyin.com/261378947940?enter_from=x&a=../..#top", "261378947940"],
		["live.douyin.com/short.name", "short.name"],
		["//live.douyin.com/1", "1"],
		["HTTPS://LIVE.DOUYIN.COM/AbC", "AbC"],
		[261378947940, "261378947940"],
	])("accepts %j", (input, liveId) => {
		expect(parseLiveId(input)).toEqual({ ok: true, liveId });
	});

	it.each([
		[undefined, "not_a_string"],
		[2 ** 53, "not_a_string"],
		[-1, "not_a_string"],
		[0.5, "not_a_string"],
		[Number.NaN, "not_a_string"],
		[["1"], "not_a_string"],
		["", "empty"],
		["   ", "empty"],
		["x".repeat(65), "too_long"],
		["1".repeat(5_000), "too_long"],
		["..", "bad_characters"],
		[".", "bad_characters"],
		["7052042856438865059", "room_id"],
		["https://live.douyin.com/7052042856438865059", "room_id"],
		["../x", "bad_characters"],
		["a/b", "bad_characters"],
		["a b", "bad_characters"],
		["1\u0000", "bad_characters"],
		["直播间", "bad_characters"],
		["1?x=1", "bad_characters"],
		["%2e%2e", "bad_characters"],
		["https://www.douyin.com/1", "foreign_url"],
		["https://www.live.douyin.com/1", "foreign_url"],
		["https://live.douyin.com.evil.example/1", "foreign_url"],
		["live.douyin.com.evil.example/1", "foreign_url"],
		["https://live.douyin.com@evil.example/1", "foreign_url"],
		["https://user:pw@live.douyin.com/1", "foreign_url"],
		["https://live.douyin.com:8443/1", "foreign_url"],
		["https://evil.example/?https://live.douyin.com/1", "foreign_url"],
		["file://live.douyin.com/etc", "foreign_url"],
		["javascript://live.douyin.com/%0aalert(1)", "foreign_url"],
		["https://live.douyin.com/", "no_id_in_url"],
		["live.douyin.com", "no_id_in_url"],
		["https://live.douyin.com/../1", "bad_characters"],
		["https://live.douyin.com/a/../1", "bad_characters"],
		["https://live.douyin.com\\evil.example/1", "bad_characters"],
		["https://live.douyin.com/a/b", "bad_characters"],
		["https://live.douyin.com/%2e%2e", "bad_characters"],
	])("rejects %j as %s", (input, code) => {
		const parsed = parseLiveId(input);
		expect(parsed).toMatchObject({ ok: false, code });
		if (!parsed.ok) expect([parsed.message, parsed.hint].every((text) => text.length > 10)).toBe(true);
	});

	it("never throws, and returns ids that are safe in paths", () => {
		const parts = fc.constantFrom("https://", "live.douyin.com", "/", "..", "\\", "@", "%2e", "a", "1", "?", "#", ":");
		const hostile = fc.array(fc.oneof(parts, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 10 });
		fc.assert(
			fc.property(
				fc.oneof(
					fc.anything(),
					hostile.map((all) => all.join("")),
				),
				(input) => {
					const parsed = parseLiveId(input);
					if (!parsed.ok) return;
					expect(parsed.liveId).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
					expect(new URL(`https://live.douyin.com/${parsed.liveId}`).pathname).toBe(`/${parsed.liveId}`);
				},
			),
			{ numRuns: 2_000 },
		);
	});
});
