import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DouyinError } from "../errors.ts";
import { inflate } from "./inflate.ts";

const MIB = 1024 * 1024;

function failureOf(run: () => unknown): DouyinError {
	try {
		run();
	} catch (error) {
		expect(error).toBeInstanceOf(DouyinError);
		return error as DouyinError;
	}
	throw new Error("it did not fail");
}

describe("inflate", () => {
	it.each([0, 1, 63, 64, 1000, 16_383, 16_384, 16_385, 300_000, 5 * MIB])("unpacks %d bytes", (length) => {
		const bytes = Buffer.alloc(length, "abcdefghijklm");
		expect(inflate(gzipSync(bytes)).equals(bytes)).toBe(true);
	});

	it("reads a stream that was only flushed, like the upstream's", () => {
		const content = Buffer.from("虚构的内容".repeat(50));
		const flushed = deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH });
		const whole = gzipSync(content);
		const bytes = Buffer.concat([whole.subarray(0, 10), flushed, Buffer.from([3, 0]), whole.subarray(-8)]);
		expect(inflate(bytes).toString()).toBe(content.toString());
	});

	it("rejects content beyond the limit, accepts content at it", () => {
		const bytes = gzipSync(Buffer.alloc(1000));
		expect(inflate(bytes, 1000)).toHaveLength(1000);
		expect(failureOf(() => inflate(bytes, 999))).toMatchObject({ reason: "bad_frame", message: /more than 999 bytes/ });
	});

	it("rejects a bomb of 64 MiB without unpacking it", () => {
		const bomb = gzipSync(Buffer.alloc(64 * MIB));
		const peakBefore = process.resourceUsage().maxRSS;
		expect(failureOf(() => inflate(bomb)).reason).toBe("bad_frame");
		// Making the bomb already took more than the limit: unpacking it must not take more on top of that.
		expect(process.resourceUsage().maxRSS - peakBefore).toBeLessThan(32 * 1024);
	});

	it("does not trust a wrong length at the end", () => {
		const bytes = gzipSync(Buffer.alloc(5000, "abc"));
		for (const claim of [0xffffffff, 0, 4999]) {
			const lying = Buffer.from(bytes);
			lying.writeUInt32LE(claim, lying.length - 4);
			expect(failureOf(() => inflate(lying)).reason).toBe("bad_frame");
		}
	});

	it.each([
		["nothing", Buffer.alloc(0)],
		["garbage", Buffer.from("this is not gzip, not even a little")],
		["a header alone", gzipSync("x").subarray(0, 10)],
		["a stream cut short", gzipSync("some content").subarray(0, -6)],
	])("rejects %s and keeps the cause", (_, bytes) => {
		expect(failureOf(() => inflate(bytes)).cause).toBeInstanceOf(Error);
	});
});
