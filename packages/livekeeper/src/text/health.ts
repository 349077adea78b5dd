import type { Text } from "./text.ts";
import { type Rate, rateText, spanText } from "./units.ts";

/** What the types of events whose absence says something are called. */
const kindNames: Record<string, Text> = {
	chat: { en: "chat", zh: "弹幕" },
	gift: { en: "gift", zh: "礼物" },
	like: { en: "like", zh: "点赞" },
	member: { en: "member", zh: "进场消息" },
	room_stats: { en: "room statistics", zh: "房间统计" },
};

/** Sessions that get no gifts say so. */
const sessions: Record<"anonymous" | "expired" | "logged_in", Text> = {
	anonymous: { en: "; anonymous session", zh: "；匿名会话" },
	expired: { en: "; the login has expired", zh: "；登录已失效" },
	logged_in: { en: "", zh: "" },
};

/** `1 frame a minute is normal`, `12 frames a second are normal`. */
function normalFrames(perMs: number): Text {
	const { count, per } = rateText(perMs);
	const frames = count.en === "1" ? "frame" : "frames";
	return { en: `${count.en} ${frames} ${per.en} ${isOrAre(count)} normal`, zh: `正常情况下${per.zh} ${count.zh} 帧` };
}

function isOrAre(count: Rate["count"]): string {
	return count.en === "1" ? "is" : "are";
}

/** What a room's health is judged by: clauses, without a full stop. */
export const healthTexts = {
	notConnected: { en: "Not connected.", zh: "未连接。" },
	rhythm: (normalPerMs: number, silentMs: number, mute: number): Text => {
		const normal = normalFrames(normalPerMs);
		const justNow = silentMs < 1000;
		const pause = spanText(silentMs);
		const before = silentBefore(mute);
		return {
			en: `${normal.en} here; ${justNow ? "the last just now" : `none for ${pause.en}`}${before.en}`,
			zh: `${normal.zh}；${justNow ? "刚刚收到" : `已 ${pause.zh}没有收到`}${before.zh}`,
		};
	},
	/** @param sinceOpened nothing has come over the connection at all */
	noRhythm: (silentMs: number, sinceOpened: boolean, mute: number): Text => {
		const pause = spanText(silentMs);
		const before = silentBefore(mute);
		const nothing = sinceOpened ? "nothing since the connection opened," : "nothing";
		return {
			en: `${nothing} for ${pause.en}; what is normal here is not known yet${before.en}`,
			zh: `${sinceOpened ? "连接建立后" : ""}已 ${pause.zh}没有收到消息；该直播间的正常节奏尚不清楚${before.zh}`,
		};
	},
	quietKind: (
		kind: string,
		silentMs: number,
		normalPerMs: number,
		identity: "anonymous" | "expired" | "logged_in",
	): Text => {
		const name = kindNames[kind] ?? { en: kind, zh: kind };
		const { count, per } = rateText(normalPerMs);
		const pause = spanText(silentMs);
		const session = kind === "gift" ? sessions[identity] : sessions.logged_in;
		return {
			en: `connected, but no ${name.en} for ${pause.en} while ${count.en} ${per.en} ${isOrAre(count)} normal${session.en}`,
			zh: `已连接，但已 ${pause.zh}没有${name.zh}，正常情况下${per.zh} ${count.zh} 条${session.zh}`,
		};
	},
	judgedByLimit: (limitMs: number): Text => ({
		en: `judged by the fixed limit of ${spanText(limitMs).en} alone`,
		zh: `仅按固定上限 ${spanText(limitMs).zh}判断`,
	}),
	polled: {
		en: "read by asking im/fetch again and again: there is no push socket",
		zh: "没有推送连接，改为反复查询新消息",
	},
	kept: (limitMs: number, polls: boolean): Text => ({
		en: `longer than ${spanText(limitMs).en}, but ${polls ? "each time im/fetch answers that nothing was said" : "not unlike this room"}: the connection is kept`,
		zh: `已超过 ${spanText(limitMs).zh}，但${polls ? "每次查询都没有新消息" : "符合该直播间的节奏"}：保持连接`,
	}),
	deaf: (ms: number): Text => ({
		en: `connected, but neither heartbeat nor ping was answered for ${spanText(ms).en}`,
		zh: `已连接，但心跳已 ${spanText(ms).zh}没有应答`,
	}),
	slowAnswers: (ms: number): Text => ({
		en: `the upstream takes ${ms} ms to answer`,
		zh: `上游应答需要 ${ms} 毫秒`,
	}),
	undecoded: (agoMs: number): Text => ({
		en: `a message would not decode ${spanText(agoMs).en} ago`,
		zh: `${spanText(agoMs).zh}前有消息无法解析`,
	}),
	knownOnly: (ms: number): Text => ({
		en: `connected, but all that came for ${spanText(ms).en} was known already: nothing of it is stored`,
		zh: `已连接，但 ${spanText(ms).zh}来收到的都是已有的消息，没有新内容可保存`,
	}),
	/** Why a silence is one, as a sentence. @param normalPerMs where the room's rhythm is known */
	silence: (ms: number, normalPerMs: number | undefined): Text => {
		const normal = normalPerMs === undefined ? undefined : normalFrames(normalPerMs);
		return {
			en: `Nothing came for ${spanText(ms).en}${normal ? `; ${normal.en} here` : ""}.`,
			zh: `已 ${spanText(ms).zh}没有收到消息${normal ? `；${normal.zh}` : ""}。`,
		};
	},
};

type HealthTexts = typeof healthTexts;

/** What a judgement stands on: the name of its text, and what that is told with. */
export type Finding = {
	[Name in keyof HealthTexts]: HealthTexts[Name] extends (...of: infer Of) => Text
		? readonly [Name, ...Of]
		: readonly [Name];
}[keyof HealthTexts];

/** A finding in words for people: a clause; of `silence` a sentence. */
export function findingText([name, ...of]: Finding): Text {
	const text: Text | ((...of: never[]) => Text) = healthTexts[name];
	return typeof text === "function" ? text(...(of as never[])) : text;
}

function silentBefore(connections: number): Text {
	if (connections === 0) return { en: "", zh: "" };
	return {
		en: `; ${connections} silent connection${connections > 1 ? "s" : ""} before`,
		zh: `；此前 ${connections} 个连接也没有消息`,
	};
}
