import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { seeded } from "../testing/index.ts";
import { KeptGunzip } from "./inflate.ts";
import { chatMessage, giftMessage, memberMessage, responseOf } from "./samples.helpers.ts";

const packed = [[chatMessage(1)], [memberMessage(2)], [giftMessage(3), chatMessage(4)]].map((list) =>
	gzipSync(responseOf(list)),
);
const more = gzipSync("more");

function unpackedOrNot(bytes: Uint8Array): Buffer | undefined {
	try {
		return gunzipSync(bytes);
	} catch {
		return undefined;
	}
}

test("unpacks mutated frames like a fresh stream, or declines them", () => {
	const random = seeded(1);
	const upTo = (n: number) => Math.floor(random() * n);
	const kept = new KeptGunzip();
	let unpacked = 0;
	for (let i = 0; i < 3_000; i++) {
		let bytes = Buffer.from(packed[upTo(packed.length)] ?? "");
		for (let faults = upTo(4); faults > 0; faults--) bytes[upTo(bytes.length)] = upTo(256);
		if (random() < 0.1) bytes = bytes.subarray(0, upTo(bytes.length));
		if (random() < 0.1) bytes = Buffer.concat([bytes, more, Buffer.alloc(upTo(3), upTo(2))]);
		const [expected, got] = [unpackedOrNot(bytes), kept.unpack(bytes)];
		if (got) expect(expected && got.equals(expected)).toBe(true);
		else expect(expected).toBe(undefined);
		if (got) unpacked++;
	}
	expect(unpacked).toBeGreaterThan(600);
});

test("declines content of 256 KiB or more, then continues", () => {
	const kept = new KeptGunzip();
	for (const [size, is] of [
		[256 * 1024 - 1, true],
		[256 * 1024, false],
		[9_000_000, false],
		[0, true],
		[1, true],
	] as const) {
		expect(kept.unpack(gzipSync(Buffer.alloc(size, "ab")))?.length).toBe(is ? size : undefined);
	}
});
