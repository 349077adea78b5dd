import {
	decodeBindingGiftIdentified,
	decodeBindingGiftMessage,
	decodeGiftMessage,
	decodeIdentified,
	decodeIdentifiedInSecond,
	decodeImDeleteMessage,
	decodeLinkMessage,
	decodeLinkMicArmies,
	decodeLinkMicBattle,
	decodeLinkMicBattleFinish,
	decodeLinkMicMethod,
	decodeLotteryDrawResultEventMessage,
	decodeLotteryEventNewMessage,
	decodeLuckyBoxEndMessage,
	decodeLuckyBoxMessage,
	decodeLuckyBoxRewardMessage,
	decodeResponse,
	decodeRoomUserSeqMessage,
	decodeUpdateFanTicketMessage,
} from "@livekeeper/douyin/wire";
import { describe, expect, it } from "vitest";
import { Generator } from "./generator.ts";
import { bytesFor, envelopeIdOf } from "./message-ids.ts";
import { fieldsOf } from "./message-walk.ts";
import { People } from "./people.ts";
import { gifts } from "./phrases.ts";

/** Five minutes of a broadcast: all payloads by kind, and all messages in order. */
function say(count = 1500) {
	const generator = new Generator({ seed: 1, roomNumber: 0, broadcast: 0, roomId: "71" }, new People(1));
	const said = Array.from({ length: count }, (_, k) => {
		const { id, gift, bytes } = generator.next(1.7e12 + k * 200);
		const [message] = decodeResponse(bytes).messages;
		if (!message) throw new Error("no message");
		return { id: id.toString(), gift, method: message.method, msgId: message.msgId, payload: message.payload, bytes };
	});
	const of = (method: string) => said.filter((one) => one.method === method).map(({ payload }) => payload);
	return { said, of };
}

describe("lasting events of a broadcast", () => {
	it("battles begin, grow and end with top contributors", () => {
		const { said, of } = say();
		const [begin] = of("WebcastLinkMicBattleMethod").map((payload) => decodeLinkMicBattle(payload));
		const [end] = of("WebcastLinkMicBattleFinishMethod").map((payload) => decodeLinkMicBattleFinish(payload));
		const sides = begin?.userInfos.map(({ key }) => key) ?? [];
		expect([new Set(sides).size, sides[0]]).toEqual([2, new People(1).anchor(0).id]);
		const battleId = begin?.battleSettings?.battleId;
		const scores = of("WebcastLinkMicMethod").map((payload) => decodeLinkMicMethod(payload));
		expect(scores.length).toBeGreaterThan(20);
		const points = scores.map(({ userScores }) => userScores.map(({ score }) => score));
		for (const [i, later] of points.slice(1).entries()) {
			for (const side of [0, 1]) expect(later[side]).toBeGreaterThanOrEqual(points[i]?.[side] ?? 0);
		}
		expect(new Set([...scores.map((score) => score.battleId), end?.battleSettings?.battleId])).toEqual(
			new Set([battleId]),
		);
		expect(end?.battleScores.map(({ userId }) => userId)).toEqual(sides);
		const [home] = end?.battleArmies ?? [];
		const best = home?.rankList.map(({ score }) => score) ?? [];
		expect(best).toHaveLength(3);
		expect(best).toEqual(best.toSorted((a, b) => b - a));
		const armies = of("WebcastLinkMicArmiesMethod").map((payload) => decodeLinkMicArmies(payload));
		expect(armies.at(-1)?.userArmiesMap.map(({ key }) => key)).toEqual(sides);
		const stages = said.filter(({ method }) => method === "WebcastBattleStatusMessage").length;
		expect(stages).toBe(3);
	});

	it("boxes are sent, opened and over; lotteries begin and end", () => {
		const { of } = say();
		const [box] = of("WebcastLuckyBoxMessage").map((payload) => decodeLuckyBoxMessage(payload));
		const [won] = of("WebcastLuckyBoxRewardMessage").map((payload) => decodeLuckyBoxRewardMessage(payload));
		const [over] = of("WebcastLuckyBoxEndMessage").map((payload) => decodeLuckyBoxEndMessage(payload));
		expect(box?.diamondCount).toBeGreaterThan(0);
		expect([won?.boxId, over?.boxId]).toEqual([box?.boxId, box?.boxId]);
		expect(won?.rewardedUserId.length).toBeGreaterThan(0);
		const [lottery] = of("WebcastLotteryEventNewMessage").map((payload) => decodeLotteryEventNewMessage(payload));
		const [drawn] = of("WebcastLotteryDrawResultEventMessage").map((payload) =>
			decodeLotteryDrawResultEventMessage(payload),
		);
		expect(drawn?.lotteryId).toBe(lottery?.lotteryId);
		expect(drawn?.userIds.length).toBeGreaterThan(0);
	});

	it("the room's total is ten for each diamond", () => {
		const { said } = say(3000);
		const streaks = new Map<string, number>();
		let diamonds = 0;
		let totals = 0;
		const known = gifts.map(({ id }) => id);
		let packed = 0;
		let again = 0;
		for (const { method, payload } of said) {
			const inside = method === "WebcastBindingGiftMessage" ? decodeBindingGiftMessage(payload).msg : undefined;
			const message = method === "WebcastGiftMessage" ? decodeGiftMessage(payload) : inside;
			if (message) {
				const { gift, groupId, groupCount, repeatCount, roomFanTicketCount } = message;
				// A single gift is identified by the id in its common part, however it comes.
				const id = inside ? decodeBindingGiftIdentified(payload) : decodeIdentified(payload);
				const streak = groupId === "0" ? id : groupId;
				const count = repeatCount * groupCount;
				const before = streaks.get(streak) ?? 0;
				diamonds += (count - before) * (gift?.diamondCount ?? 0);
				streaks.set(streak, count);
				if (before === 0 || !inside) expect(roomFanTicketCount).toBe(diamonds * 10);
				expect(known).toContain(message.giftId);
				if (inside && before === 0) packed++;
				if (inside && before > 0) again++;
			}
			if (method !== "WebcastUpdateFanTicketMessage") continue;
			totals++;
			expect(decodeUpdateFanTicketMessage(payload).roomFanTicketCount).toBe(diamonds * 10);
		}
		expect(totals).toBeGreaterThan(20);
		expect([packed > 0, again > 0]).toEqual([true, true]);
		const contributors = said.filter(({ method }) => method === "WebcastRoomUserSeqMessage").at(-1);
		const scores = decodeRoomUserSeqMessage(contributors?.payload ?? new Uint8Array()).ranks.map((one) => one.score);
		expect(scores).toHaveLength(3);
		expect(scores.reduce((sum, score) => sum + Number(score), 0)).toBeLessThanOrEqual(diamonds);
	});

	it("sessions without a login get totals but no light gifts", () => {
		const { said } = say(3000);
		const withheld = new Set(said.filter(({ gift }) => gift).map(({ method }) => method));
		expect(withheld).toEqual(new Set(["WebcastGiftMessage", "WebcastLightGiftMessage", "WebcastBindingGiftMessage"]));
	});

	it("messages have two ids, each where its kind has it", () => {
		const second = ["BindingGift", "PreviewCjRp", "GroupLiveContainerChange"].map((kind) => `Webcast${kind}Message`);
		const rest = (payload: Uint8Array, method: string) =>
			[...fieldsOf(payload)]
				.filter(({ number }) => number !== (second.includes(method) ? 2 : 1))
				.map(({ start, end }) => Buffer.from(payload.subarray(start, end)).toString("hex"));
		const ids = (payload: Uint8Array, method: string) =>
			second.includes(method) ? decodeIdentifiedInSecond(payload) : decodeIdentified(payload);
		const { said } = say(9_000);
		const kinds = [...new Set(said.map(({ method }) => method))];
		const some = kinds.flatMap((kind) => said.filter(({ method }) => method === kind).slice(0, 3));
		expect(some.map(({ method }) => method)).toEqual(expect.arrayContaining(second));
		for (const { id, method, msgId, payload, bytes } of some) {
			const whole = payload.whole();
			expect([method, ids(whole, method), msgId]).toEqual([method, id, envelopeIdOf(BigInt(id)).toString()]);
			const [bare] = decodeResponse(bytesFor({ id: BigInt(id), bytes }, "no_common", 1)).messages;
			const left = bare?.payload.whole() ?? new Uint8Array();
			expect([method, ids(left, method), bare?.msgId]).toEqual([method, "0", id]);
			expect(rest(left, method)).toEqual(rest(whole, method));
		}
	});

	it("most typed kinds come within half an hour", () => {
		const kinds = new Set(say(9_000).said.map(({ method }) => method));
		for (const kind of [
			"AudioChat",
			"Link",
			"AnchorLinkmicSilence",
			"ResidentGuest",
			"ProfitInteractionScore",
			"LinkmicPlayModeUpdateScore",
			"BattleTeamTask",
			"BattlePowerContainer",
			"RanklistHourEntrance",
			"HotChat",
			"RoomCommentTopic",
			"GiftSort",
			"GroupLiveContainerChange",
			"RoomStreamAdaptation",
			"CommonToast",
			"ItemShare",
			"PreviewCjRp",
			"BindingGift",
		]) {
			expect(kinds).toContain(`Webcast${kind}Message`);
		}
	});

	it("linked users join before leaving, and are on the seats", () => {
		const seated = say(6_000)
			.of("WebcastLinkMessage")
			.map((payload) => decodeLinkMessage(payload));
		const there = new Set<string>();
		let changes = 0;
		for (const { enterContent: enter, leaveContent: leave, linkedListChangeContent: list } of seated) {
			if (leave) expect(there.delete(leave.userId)).toBe(true);
			if (enter) there.add(enter.userId);
			const seats = (enter ?? leave ?? list)?.linkedUsers;
			if (!seats) continue;
			changes++;
			expect(new Set(seats.slice(1).map(({ user }) => user?.id))).toEqual(there);
		}
		expect(changes).toBeGreaterThan(10);
	});

	it("messages that are taken back had been sent", () => {
		const { said } = say(5000);
		const chats = new Set(said.filter(({ method }) => method === "WebcastChatMessage").map(({ id }) => id));
		const deleted = said
			.filter(({ method }) => method === "WebcastImDeleteMessage")
			.flatMap(({ payload }) => decodeImDeleteMessage(payload).deleteMsgIds);
		expect(deleted.length).toBeGreaterThan(0);
		for (const id of deleted) expect(chats).toContain(id);
	});
});
