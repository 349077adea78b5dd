import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { UpstreamEvent } from "../events/index.ts";
import { eventOf } from "../events/mappers.ts";
import { envelopeOf } from "../events/samples.helpers.ts";
import { decodeFrame } from "./index.ts";

/**
 * Real frames. They hold real people's public chat and are therefore not part of this repository: names and texts are
 * compared by their hash. The folder lies beside the repository if it is available.
 */
const folder = fileURLToPath(new URL("../../../../../shared/protocol/captures/", import.meta.url));
const missing = !existsSync(folder);

function decode(file: string, encoding: "hex" | "base64") {
	const bytes = Buffer.from(readFileSync(folder + file, "utf8").replace(/\s/g, ""), encoding);
	return decodeFrame(bytes, { liveId: "1", roomId: "2", receivedAt: 1 });
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Identifies the event's user by a hash of the fields. */
function personOf({ user }: UpstreamEvent): string {
	return sha256(JSON.stringify([user?.id, user?.secUid, user?.nickname, user?.gender, user?.level, user?.fansClub]));
}

describe.skipIf(missing)(`captured frames${missing ? " (skipped: no ../shared/protocol/captures here)" : ""}`, () => {
	it("decodes the chat of December 2022", () => {
		const { events, problems, ...frame } = decode("chat-2022-12.hex", "hex");
		expect(problems).toEqual([]);
		expect(frame).toMatchObject({ payloadType: "msg", needAck: true, heartbeatMs: 15_000 });
		expect(frame.cursor).toMatch(/^t-1672157081920_r-\d+_d-1_u-1/);
		expect(frame.internalExt).toMatch(/^internal_src:pushserver\|/);
		const [event] = events;
		if (events.length !== 1 || event?.type !== "chat") throw new Error("one chat event was expected");
		expect(event.id).toMatch(/^\d{19}$/);
		expect(event.at).toBe(1_672_157_081_000);
		expect(event.user).toMatchObject({
			masked: false,
			avatar: expect.stringMatching(/^https:\/\/p\d+\.douyinpic\.com\//),
		});
		expect(sha256(event.content)).toBe("40ac21013fcd5128527ccd33990d0da4ad6b5d801976d34c92135ec57cc877ae");
		expect(personOf(event)).toBe("98fccee41d9ca4dcd47dc818dd50eba202518f32e9f5e74c3d3d21c816cbf917");
	});

	it("decodes the arrival of April 2026", () => {
		const { events, problems, ...frame } = decode("member-2026-04.b64", "base64");
		expect(problems).toEqual([]);
		expect(frame).toMatchObject({ payloadType: "msg", needAck: true, heartbeatMs: 15_000 });
		expect(frame.cursor).toMatch(/^t-1776120929419_r-\d+_d-1_u-1$/);
		const [event] = events;
		if (events.length !== 1 || event?.type !== "member") throw new Error("one member event was expected");
		expect(event).toMatchObject({ memberCount: 48, action: 1, at: 1_776_120_929_419 });
		expect(event.user).toMatchObject({
			masked: false,
			avatar: expect.stringMatching(/^https:\/\/p\d+\.douyinpic\.com\//),
		});
		expect(event.user).not.toHaveProperty("fansClub");
		expect(personOf(event)).toBe("67bc6922bb671aa36269c4fa6f6110c8ba421740b39a9578add69a57dff70ebf");
	});
});

/** Payloads by the upstream's name of the kind, as hex; their publisher had replaced the people's ids and names. */
const battleFile = `${folder}pk-2026-09.json`;
const noBattle = !existsSync(battleFile);

describe.skipIf(noBattle)(`a captured battle${noBattle ? " (skipped: no pk-2026-09.json there)" : ""}`, () => {
	const battleId = "7585000000000000003";
	const home = { id: "7585000000000000006", name: "", score: 218, display: "218", rank: 1 };
	const guest = { id: "7585000000000000007", name: "", score: 211, display: "211", rank: 2 };
	const given = (...gifts: [index: number, score: number][]) => ({
		contributors: gifts.map(([index, score]) => ({
			id: String(7_585_000_000_000_000_000n + BigInt(index)),
			nickname: "Viewer",
			score,
		})),
	});
	const forGuest = given([9, 198], [10, 5], [11, 5]);
	const forHome = given([12, 99], [13, 55], [14, 7]);

	it.each([
		["WebcastLinkMicBattleMethod", { type: "pk_started", battleId, durationMs: 300_000, sides: [] }],
		["WebcastLinkMicMethod", { type: "pk_score", battleId, sides: [home, guest] }],
		[
			"WebcastLinkMicArmiesMethod",
			{
				type: "pk_score",
				battleId: "",
				sides: [
					{ id: guest.id, name: "", ...forGuest },
					{ id: home.id, name: "", ...forHome },
				],
			},
		],
		[
			"WebcastLinkMicBattleFinishMethod",
			{
				type: "pk_ended",
				battleId,
				reason: 0,
				punishMs: 0,
				sides: [
					{ ...home, ...forHome },
					{ ...guest, ...forGuest },
				],
			},
		],
	])("decodes its %s of September 2026", (method, expected) => {
		const payloads = JSON.parse(readFileSync(battleFile, "utf8")) as Record<string, string>;
		const event = eventOf(Buffer.from(payloads[method] ?? "", "hex"), envelopeOf(method));
		expect(event).toMatchObject(expected);
		expect(new Date(event.at).toISOString()).toMatch(/^2026-09-/);
	});
});
