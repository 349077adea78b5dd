import { gunzipSync } from "node:zlib";
import * as wire from "../wire/index.ts";
import { type Budget, type Reader, readerOf, WireError } from "../wire/index.ts";
import { baseOf, lookTwice, type Mapper, orRaw, upstreamTime } from "./envelope.ts";
import { at, countOf, entriesOf, parseJson, textOf } from "./json.ts";
import { shownNumber } from "./link.ts";
import type { PkContributor, PkSide, PkTaskEvent, PkTaskSide } from "./live-event.ts";

/**
 * Field numbers are those of the site's own schema as public projects have it, checked against messages of rooms in
 * September 2026: `LinkMicBattle`, `LinkMicMethod` with points, `LinkMicArmies` and `LinkMicBattleFinish`.
 */

const battle = orRaw((payload, envelope) => {
	const m = wire.decodeLinkMicBattle(payload);
	const status = m.battleSettings?.battleStatus ?? 0;
	// Other values are undocumented, but none is a start.
	if (status > 1) return undefined;
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "pk_started",
		battleId: battleIdOf(m.battleSettings),
		startedAt: upstreamTime(m.battleSettings?.startTimeMs ?? 0) ?? 0,
		durationMs: (m.battleSettings?.duration ?? 0) * 1000,
		sides: m.userInfos.map(({ key, value }) => {
			const side: PkSide = { id: idOf(value?.user?.userId ?? "0", "", key), name: value?.user?.nickName ?? "" };
			if (value && value.multiPkTeamId !== "0") side.teamId = value.multiPkTeamId;
			return side;
		}),
	};
});

/** Maps a kind with which linked anchors send many things: only points belong to a battle. */
const linkMic = orRaw((payload, envelope) => {
	const m = wire.decodeLinkMicMethod(payload);
	if (m.userScores.length === 0) return undefined;
	lookTwice(envelope);
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "pk_score",
		battleId: idOf(m.battleId, m.battleIdStr, ""),
		sides: m.userScores.map(sideOf),
	};
});

const armies = orRaw((payload, envelope) => {
	const m = wire.decodeLinkMicArmies(payload);
	if (m.userArmiesMap.length === 0) return undefined;
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "pk_score",
		battleId: "",
		sides: m.userArmiesMap.map(({ key, value }) => ({
			id: key,
			name: "",
			contributors: (value?.userArmies ?? []).map(({ userId: id, nickname, score }) => ({ id, nickname, score })),
		})),
	};
});

const finish = orRaw((payload, envelope) => {
	const m = wire.decodeLinkMicBattleFinish(payload);
	lookTwice(envelope);
	const sides = new Map(m.battleScores.map((score) => sideOf(score)).map((side) => [side.id, side]));
	for (const army of m.battleArmies) {
		const id = idOf(army.anchorId, army.anchorIdStr, "0");
		const side = sides.get(id) ?? { id, name: "" };
		side.contributors = army.rankList.map(contributorOf);
		sides.set(id, side);
	}
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "pk_ended",
		battleId: battleIdOf(m.battleSettings),
		reason: m.endReason,
		punishMs: (m.battleSettings?.punishDuration ?? 0) * 1000,
		sides: [...sides.values()],
	};
});

const status = orRaw((payload, envelope) => {
	const m = wire.decodeBattleStatusMessage(payload);
	const { battleId } = m;
	const base = baseOf(payload, envelope, m.commonCreateTime);
	if (m.status === 1) {
		const startedAt = upstreamTime(Number(m.startTimeMs)) ?? 0;
		const durationMs = m.duration * 1000;
		return {
			...base,
			type: "pk_started",
			battleId,
			startedAt,
			durationMs,
			sides: [],
		};
	}
	if (m.status !== 2 && m.status !== 3) return undefined;
	const punishMs = m.status === 2 ? m.punishDuration * 1000 : 0;
	return { ...base, type: "pk_ended", battleId, reason: 0, punishMs, sides: [] };
});

/** Maps a match of teams, as in sports. Field numbers come from the published schema alone. */
const match = orRaw((payload, envelope) => {
	const m = wire.decodeMatchAgainstScoreMessage(payload);
	const { against } = m;
	if (!against) return undefined;
	lookTwice(envelope);
	const team = (id: string, name: string, goal: string, score: number): PkSide => {
		const known = score || Number.parseInt(goal, 10) || 0;
		return { id, name, score: known, display: goal || String(known) };
	};
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "pk_score",
		battleId: idOf(m.matchId, m.matchIdStr, ""),
		sides: [
			team(against.leftTeamId, against.leftName, against.leftGoal, against.leftGoalInt),
			team(against.rightTeamId, against.rightName, against.rightGoal, against.rightGoalInt),
		],
	};
});

/** Field numbers come from the published schema alone. */
const guestScore = orRaw((payload, envelope) => {
	const m = wire.decodeLinkerContributeMessage(payload);
	if (m.userId === "0") return undefined;
	lookTwice(envelope);
	return {
		...baseOf(payload, envelope, m.commonCreateTime),
		type: "guest_score",
		guestId: m.userId,
		...scoreOf(m.totalScore, m.totalScoreRealStr || m.totalScoreStr),
		contributors: m.userContributeList.map(({ userId: id, nickname, score }) => ({ id, nickname, score })),
	};
});

function sideOf(scores: wire.UserScores | wire.BattleScore): PkSide {
	const { battleRank: rank, multiPkTeamScore: teamScore } = scores;
	const shown = scoreOf(scores.score, scores.scoreBlurText || scores.scoreRelativeText);
	const side: PkSide = { id: idOf(scores.userId, scores.userIdStr, "0"), name: "", ...shown };
	if (rank > 0) side.rank = rank;
	if (teamScore > 0) side.teamScore = teamScore;
	return side;
}

/** Returns a score and its displayed form. If the number is missing and the display is digits, they are the number. */
function scoreOf(score: number, shown: string): { score: number; display: string } {
	return { score: score || (shownNumber(shown) ?? 0), display: shown || String(score) };
}

function contributorOf({ userId, userIdStr, nickname, score }: wire.BattleRankUser): PkContributor {
	return { id: idOf(userId, userIdStr, "0"), nickname, score };
}

const battleIdOf = (settings: wire.BattleSettings | undefined): string =>
	settings ? idOf(settings.battleId, settings.battleIdStr, "") : "";

/** Picks an id that the site gives as a number, as text, or both. */
const idOf = (id: string, text: string, none: string): string => text || (id === "0" ? none : id);

const task = orRaw((payload, envelope) => {
	const m = wire.decodeBattleTeamTaskMessage(payload);
	const task = m.teamTask?.info.length ? taskOf(m.teamTask) : taskOfJson(parseJson(m.teamTaskJson));
	if (!task) return undefined;
	lookTwice(envelope);
	return { ...baseOf(payload, envelope, m.commonCreateTime), type: "pk_task", ...task };
});

type Task = Pick<PkTaskEvent, "battleId" | "code" | "sides">;

function taskOf({ battleId, config, info }: wire.TeamTask): Task {
	const sides = info.map(
		({ key: id, value }): PkTaskSide => ({
			id,
			progress: value?.finishUserCount ?? 0,
			target: value?.targetUserCount ?? 0,
			result: value?.result ?? 0,
			multiple: value?.rewardCurrentRewardBuffMultiple || (config?.rewardBuffMultiple ?? 0),
			display: value?.valueText ?? "",
		}),
	);
	return { battleId, code: config?.taskType ?? 0, sides };
}

/** Reads a task from JSON, under the same names; `undefined` for JSON of something else. */
function taskOfJson(json: unknown): Task | undefined {
	if (entriesOf(at(json, "config")).length === 0 && entriesOf(at(json, "info")).length === 0) return undefined;
	const multiple = countOf(at(json, "config", "reward_buff_multiple"));
	const sides = entriesOf(at(json, "info")).map(
		([id, value]): PkTaskSide => ({
			id,
			progress: countOf(at(value, "finish_user_count")),
			target: countOf(at(value, "target_user_count")),
			result: countOf(at(value, "result")),
			multiple: countOf(at(value, "reward", "current_reward_buff_multiple")) || multiple,
			display: textOf(at(value, "value_text")),
		}),
	);
	return { battleId: textOf(at(json, "battle_id")), code: countOf(at(json, "config", "task_type")), sides };
}

const kinds = {
	LinkMicBattleMethod: battle,
	LinkMicBattle: battle,
	BattleStatusMessage: status,
	LinkMicMethod: linkMic,
	LinkMicArmiesMethod: armies,
	LinkMicArmies: armies,
	MatchAgainstScoreMessage: match,
	LinkMicBattleFinishMethod: finish,
	LinkMicBattleFinish: finish,
	LinkerContributeMessage: guestScore,
	BattleTeamTaskMessage: task,
} satisfies Record<string, Mapper>;

/**
 * Mappers of battles. They come under more than one name, each with the site's prefix and without, plain or gzipped.
 */
export const pkMappers: Readonly<Record<string, Mapper>> = Object.fromEntries(
	Object.entries(kinds).flatMap(([kind, mapper]) => {
		const either = orRaw(plainOrPacked(mapper));
		return [
			[kind, either],
			[`Webcast${kind}`, either],
		];
	}),
);

/** Maximum unpacked size of one payload, bytes. */
const maxBytes = 1024 * 1024;

/**
 * Wraps the mapper of a kind whose payload comes plain or gzipped. The unpacked size counts against the frame's budget,
 * or many small payloads could unpack to much.
 */
function plainOrPacked(mapper: Mapper): Mapper {
	return (payload, envelope) => mapper(isGzip(payload) ? unpack(payload, envelope.budget) : payload, envelope);
}

/** No message begins like this: it would be a field of wire type 7. */
const isGzip = ({ bytes, start, end }: Reader): boolean =>
	end - start > 1 && bytes[start] === 0x1f && bytes[start + 1] === 0x8b;

function unpack(payload: Reader, budget: Budget): Reader {
	try {
		const plain = gunzipSync(payload.whole(), {
			maxOutputLength: Math.max(1, Math.min(maxBytes, budget.parts * 1024)),
		});
		budget.parts -= Math.ceil(plain.length / 1024);
		return readerOf(plain, budget);
	} catch (cause) {
		// A failure costs the maximum that it may have unpacked.
		budget.parts -= Math.min(budget.parts, maxBytes / 1024);
		throw new WireError(`a payload that is no gzip, or unpacks to too much: ${String(cause)}`);
	}
}
