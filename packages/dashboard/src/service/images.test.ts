import type { LivekeeperClient } from "@livekeeper/client";
import { afterEach, expect, test, vi } from "vitest";
import { Images } from "./images.ts";

afterEach(() => void vi.restoreAllMocks());

/** Pictures of a service that counts requests, and has none under addresses with "gone". */
function pictures() {
	const asked: string[] = [];
	const image = async (url: string) => {
		asked.push(url);
		if (url.includes("gone")) throw new Error("404");
		return new Blob([url]);
	};
	return { asked, images: new Images(() => ({ image }) as unknown as LivekeeperClient) };
}

test("evicts the least recently used of more than 400", async () => {
	const { asked, images } = pictures();
	const revoked = vi.spyOn(URL, "revokeObjectURL");
	const first = await images.get("0");
	for (let n = 1; n < 400; n++) await images.get(`${n}`);
	expect(await images.get("0")).toBe(first);
	const second = await images.get("1");
	await images.get("0");
	await images.get("400");
	expect(revoked).toHaveBeenCalledTimes(1);
	expect([images.has("0"), images.has("1"), images.has("2")]).toEqual([true, true, false]);
	expect([await images.get("1"), asked.length]).toEqual([second, 401]);
});

test("requests a missing picture again after 30 s", async () => {
	vi.useFakeTimers({ toFake: ["setTimeout"] });
	try {
		const { asked, images } = pictures();
		expect([await images.get("gone"), await images.get("gone")]).toEqual([undefined, undefined]);
		vi.advanceTimersByTime(29_999);
		await images.get("gone");
		expect(asked).toHaveLength(1);
		vi.advanceTimersByTime(1);
		await images.get("gone");
		expect(asked).toHaveLength(2);
	} finally {
		vi.useRealTimers();
	}
});
