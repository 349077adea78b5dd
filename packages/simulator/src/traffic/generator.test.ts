import {
	decodeChatMessage,
	decodeGiftMessage,
	decodeMessage,
	decodeResponse,
	type GiftMessage,
} from "@livekeeper/douyin/wire";
import { describe, expect, it } from "vitest";
import { Generator } from "./generator.ts";
import { People } from "./people.ts";

function say(count: number, change: Partial<{ seed: number; roomNumber: number; broadcast: number }> = {}, now = 1e12) {
	const identity = { seed: 1, roomNumber: 0, broadcast: 0, roomId: "7100000000000000001", ...change };
	const generator = new Generator(identity, new People(identity.seed));
	return Array.from({ length: count }, (_, k) => {
		const { id, method, gift, bytes } = generator.next(now + k * 200);
		const [message] = decodeResponse(bytes).messages;
		if (!message) throw new Error("no message");
		return { id: id.toString(), method, gift, payload: message.payload.whole(), bytes };
	});
}

const content = (said: ReturnType<typeof say>) => said.map(({ id, payload }) => `${id} ${payload.toString("hex")}`);

describe("the generated traffic", () => {
	it("is identical for the same seed and times", () => {
		expect(content(say(500))).toEqual(content(say(500)));
	});

	it("has the same ids, kinds and texts at any time", () => {
		const texts = (said: ReturnType<typeof say>) =>
			said.map(({ id, method, payload }) =>
				method === "WebcastChatMessage" ? `${id} ${decodeChatMessage(payload).content}` : `${id} ${method}`,
			);
		expect(texts(say(500, {}, 1e12))).toEqual(texts(say(500, {}, 1.7e12)));
	});

	it("differs by seed, room and broadcast", () => {
		const base = say(50).map(({ method }) => method);
		for (const change of [{ seed: 2 }, { roomNumber: 1 }, { broadcast: 1 }]) {
			expect(say(50, change).map(({ method }) => method)).not.toEqual(base);
		}
	});

	it("has increasing ids of 19 digits, also between broadcasts", () => {
		const ids = [...say(3000), ...say(10, { broadcast: 1 })].map(({ id }) => id);
		expect(ids.every((id) => /^\d{19}$/.test(id) && BigInt(id) < 2n ** 63n)).toBe(true);
		expect([...new Set(ids)].sort()).toEqual(ids);
	});

	it("has the mix of a busy room", () => {
		const said = say(10_000);
		const share = (method: string) => said.filter((one) => one.method === method).length / 100;
		expect(share("WebcastChatMessage")).toBeGreaterThan(35);
		expect(share("WebcastChatMessage")).toBeLessThan(43);
		expect(share("WebcastMemberMessage")).toBeGreaterThan(21);
		expect(share("WebcastLikeMessage")).toBeGreaterThan(12);
		expect(share("WebcastGiftMessage")).toBeGreaterThan(6);
		expect(share("WebcastGiftMessage")).toBeLessThan(10);
		expect(share("WebcastRoomUserSeqMessage")).toBe(4);
		const kinds = new Set(said.map(({ method }) => method));
		for (const kind of ["Social", "Fansclub", "RoomStats", "RoomRank", "EmojiChat", "ScreenChat", "SimulatedNovelty"]) {
			expect(kinds).toContain(`Webcast${kind}Message`);
		}
	});

	it("has gifts for the anchor, and sometimes a guest", () => {
		const gifts = say(5000).filter(({ method }) => method === "WebcastGiftMessage");
		const receivers = gifts.map(({ payload }) => decodeGiftMessage(payload).toUser?.id);
		const anchors = receivers.filter((id) => id === new People(1).anchor(0).id).length;
		expect(receivers).not.toContain(undefined);
		expect(anchors / receivers.length).toBeGreaterThan(0.85);
		expect(anchors).toBeLessThan(receivers.length);
	});

	it("has gift streaks that grow, skip and end once", () => {
		const streaks = new Map<string, GiftMessage[]>();
		for (const { method, payload } of say(20_000)) {
			if (method !== "WebcastGiftMessage") continue;
			const step = decodeGiftMessage(payload);
			if (step.gift?.combo) streaks.set(step.groupId, [...(streaks.get(step.groupId) ?? []), step]);
			else expect([step.repeatCount, step.repeatEnd, step.groupId]).toEqual([1, 0, "0"]);
		}
		expect(streaks.size).toBeGreaterThan(100);
		let skips = 0;
		let unended = 0;
		for (const steps of streaks.values()) {
			const ends = steps.filter((step) => step.repeatEnd === 1);
			if (ends.length === 0) unended++;
			else expect(ends).toEqual([steps.at(-1)]);
			const counts = steps.map((step) => step.repeatCount);
			expect(counts[0]).toBe(1);
			for (const [i, count] of counts.slice(1).entries()) {
				const grown = count - (counts[i] ?? 0);
				expect(grown).toBeGreaterThanOrEqual(steps[i + 1]?.repeatEnd === 1 ? 0 : 1);
				if (grown > 1) skips++;
			}
			expect(new Set(steps.map((step) => step.user?.secUid)).size).toBe(1);
		}
		expect(skips).toBeGreaterThan(10);
		expect(unended).toBeLessThanOrEqual(3);
	});

	it("has plausible users, some of them masked", () => {
		const users = say(3000)
			.filter(({ method }) => method === "WebcastChatMessage")
			.map(({ payload }) => decodeChatMessage(payload).user);
		for (const user of users) {
			expect(user?.secUid).toMatch(/^MS4wLjABAAAA[A-Za-z0-9_-]{43}$/);
			expect(user?.avatarThumbUrl).toMatch(/^https:\/\/p3\.sim-douyin\.invalid\//);
			expect(user?.nickname.length).toBeGreaterThan(0);
		}
		expect(users.some((user) => user?.id === "111111")).toBe(true);
		expect(users.some((user) => user?.fansClubData)).toBe(true);
		expect(users.some((user) => !user?.fansClubData)).toBe(true);
		expect(new Set(users.map((user) => user?.gender))).toEqual(new Set([0, 1, 2]));
	});

	it("accepts messages from outside with ids in between", () => {
		const identity = { seed: 1, roomNumber: 0, broadcast: 0, roomId: "7100000000000000001" };
		const generator = new Generator(identity, new People(1));
		const before = generator.next(0).id;
		const inserted = generator.insert({ method: "WebcastNoSuchMessage", payload: Uint8Array.of(1) }, 0);
		const control = generator.control(3, "over", 0);
		const after = generator.next(0).id;
		expect([before < inserted.id, inserted.id < control.id, control.id < after]).toEqual([true, true, true]);
		expect(after.toString()).toBe(say(2)[1]?.id);
		expect(decodeMessage(inserted.bytes.subarray(2)).method).toBe("WebcastNoSuchMessage");
	});
});
