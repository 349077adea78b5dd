import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { picture } from "./pictures.ts";

test("draws a square PNG, fixed and unique per name", () => {
	const one = picture("100x100/aweme-avatar/sim_1.jpeg");
	expect(one.subarray(1, 4).toString()).toBe("PNG");
	expect([one.readUInt32BE(16), one.readUInt32BE(20)]).toEqual([60, 60]);
	const from = one.indexOf("IDAT") + 4;
	expect(inflateSync(one.subarray(from, from + one.readUInt32BE(from - 8)))).toHaveLength(60 * 61);
	expect(picture("100x100/aweme-avatar/sim_1.jpeg")).toEqual(one);
	expect(picture("100x100/aweme-avatar/sim_2.jpeg")).not.toEqual(one);
});

test("serves the addresses that messages name", async () => {
	const simulator = await startSimulator({ port: 0 });
	try {
		for (const path of ["/aweme/100x100/aweme-avatar/sim_1.jpeg?from=live", "/img/gift-463.png?from=live&x=1"]) {
			const answer = await fetch(simulator.url + path);
			expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
		}
	} finally {
		await simulator.close();
	}
});
