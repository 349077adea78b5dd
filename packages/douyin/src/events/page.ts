import * as wire from "../wire/index.ts";
import { baseOf, type Envelope, lookTwice, type Mapper, orRaw } from "./envelope.ts";
import { at, countOf, itemsOf, jsonId, parseJson, textOf } from "./json.ts";
import type { EventBase, LeaderboardPlace, PageUpdateEvent, ShownPerson, TopicPhrase } from "./live-event.ts";
import { spoken } from "./room.ts";

/** Field numbers are those of the site's own schema; `page.proto` says which were checked against payloads. */

const leaderboard = orRaw((payload, envelope) => {
	const m = wire.decodeRanklistHourEntranceMessage(payload);
	const places = m.info ? placesOf(m.info) : [];
	if (places.length === 0) return spoken(payload, envelope, m.common);
	lookTwice(envelope);
	return { ...baseOf(payload, envelope, m.common?.createTime), type: "leaderboard", places };
});

/** Returns the shown places without duplicates; "no place" markers only if there is nothing else. */
function placesOf(info: wire.HourRank): LeaderboardPlace[] {
	const own = placesIn([...info.globalInfos, ...info.verticalInfos]);
	return own.length > 0 ? own : placesIn([...info.defaultGlobalInfos, ...info.defaultVerticalInfos]);
}

function placesIn(infos: readonly wire.HourRankInfo[]): LeaderboardPlace[] {
	const places = new Map<string, LeaderboardPlace>();
	for (const { details } of infos) {
		for (const { title, pages } of details) {
			for (const content of pages) {
				if (content.trim() !== "") places.set(JSON.stringify([title, content]), { title, content });
			}
		}
	}
	return [...places.values()];
}

const hotChat = orRaw((payload, envelope) => {
	const m = wire.decodeHotChatMessage(payload);
	const count = m.num.at(-1) ?? 0;
	const first: TopicPhrase = { content: m.content };
	if (count > 0) first.count = count;
	const others = m.hotList.filter((content) => content !== "" && content !== m.content);
	const phrases = [...(m.content === "" ? [] : [first]), ...others.map((content) => ({ content }))];
	if (phrases.length === 0) return undefined;
	return { ...baseOf(payload, envelope, m.commonCreateTime), type: "topic", title: m.title, phrases };
});

const commentTopic = orRaw((payload, envelope) => {
	const m = wire.decodeRoomCommentTopicMessage(payload);
	const phrases = m.commentTopicChatList
		.filter(({ featuredChat }) => featuredChat !== "")
		.map(
			({ featuredChat: content, msgId }): TopicPhrase => (msgId === "0" ? { content } : { content, messageId: msgId }),
		);
	if (phrases.length === 0) return undefined;
	const title = m.commentTopicChatList.find(({ guideText }) => guideText !== "")?.guideText ?? "";
	return { ...baseOf(payload, envelope, m.commonCreateTime), type: "topic", title, phrases };
});

function pageUpdate(
	payload: wire.Reader,
	envelope: Envelope,
	createTime: number,
	about: Pick<PageUpdateEvent, "part"> & Partial<Omit<PageUpdateEvent, keyof EventBase>>,
): PageUpdateEvent {
	const nothing = { name: "", content: "", people: [] as ShownPerson[], giftIds: [] as string[], extra: "" };
	return { ...baseOf(payload, envelope, createTime), type: "page_update", ...nothing, ...about };
}

const giftSort = orRaw((payload, envelope) => {
	const m = wire.decodeGiftSortMessage(payload);
	const { scene: name = "", giftIds = [], extra = "" } = m.sceneInsertStrategy ?? {};
	return pageUpdate(payload, envelope, m.commonCreateTime, { part: "gift_panel", name, giftIds, extra });
});

const decorationModify = orRaw((payload, envelope) => {
	const m = wire.decodeDecorationModifyMessage(payload);
	return pageUpdate(payload, envelope, m.commonCreateTime, { part: "decoration", extra: m.extra });
});

const decorationUpdate = orRaw((payload, envelope) => {
	const m = wire.decodeDecorationUpdateMessage(payload);
	const content = m.detailTextDecorationContent;
	return pageUpdate(payload, envelope, m.commonCreateTime, { part: "decoration", content });
});

const picture = orRaw((payload, envelope) => {
	const m = wire.decodeRoomStreamAdaptationMessage(payload);
	return pageUpdate(payload, envelope, m.commonCreateTime, { part: "picture", name: String(m.adaptationType) });
});

const groupLive = orRaw((payload, envelope) => {
	const m = wire.decodeGroupLiveContainerChangeMessage(payload);
	if (m.data.length === 0) return undefined;
	lookTwice(envelope);
	const boxes = m.data.map(({ containerPayload }) => ({ text: containerPayload, json: parseJson(containerPayload) }));
	// Text that isn't JSON stays in the list as a string.
	const extra = `[${boxes.map(({ text, json }) => (json === undefined ? JSON.stringify(text) : text)).join(",")}]`;
	const content = boxes.map(({ json }) => challengeText(json)).filter((text) => text !== "");
	const people = boxes.flatMap(({ json }) => groupPeople(json));
	const about = {
		name: [...new Set(m.data.map(({ type }) => type))].join(","),
		content: content.join(" "),
		people,
		extra,
	};
	return pageUpdate(payload, envelope, m.commonCreateTime, { part: "group_live", ...about });
});

/** Formats a challenge with a goal as `name 3/10`; "" for another box. */
function challengeText(json: unknown): string {
	const title = textOf(at(json, "title"));
	const target = countOf(at(json, "target_score"));
	return target > 0 ? `${title} ${countOf(at(json, "total_score"))}/${target}`.trim() : title;
}

function groupPeople(json: unknown): ShownPerson[] {
	const challengers = itemsOf(at(json, "challenge_user_infos")).map((one) => ({
		...personOf(at(one, "user")),
		score: countOf(at(one, "score")),
	}));
	const anchors = itemsOf(at(json, "rl_user_base_info")).map(personOf);
	return [...challengers, ...anchors].filter(({ nickname }) => nickname !== "");
}

function personOf(json: unknown): ShownPerson {
	const id = [at(json, "id_str"), at(json, "id"), at(json, "user_id")].map(jsonId).find((one) => one !== "0") ?? "0";
	return { id, nickname: textOf(at(json, "nickname")) || textOf(at(json, "nick_name")) };
}

const battleEffect = orRaw((payload, envelope) => {
	const m = wire.decodeBattleEffectContainerMessage(payload);
	const about = { extra: m.battleEffectInfo, ...battleOf(m) };
	return pageUpdate(payload, envelope, m.commonCreateTime, { part: "pk_effect", ...about });
});

const battlePower = orRaw((payload, envelope) => {
	const m = wire.decodeBattlePowerContainerMessage(payload);
	lookTwice(envelope);
	const extra = m.container || m.reverseInfo;
	const json = parseJson(extra);
	const infos = itemsOf(at(json, "info"));
	const texts = infos.map((info) => textOf(at(info, "text"))).filter((text) => text !== "");
	const people = infos.flatMap((info) => itemsOf(at(info, "users")).map(personOf));
	const about = { content: texts.join(" "), people, extra, ...battleOf(m) };
	return pageUpdate(payload, envelope, m.commonCreateTime, { part: "pk_effect", ...about });
});

const battleOf = ({ battleId }: { battleId: string }): { battleId?: string } => (battleId === "0" ? {} : { battleId });

/** Mappers of other parts of the site's page. */
export const pageMappers = {
	WebcastRanklistHourEntranceMessage: leaderboard,
	WebcastHotChatMessage: hotChat,
	WebcastRoomCommentTopicMessage: commentTopic,
	WebcastGiftSortMessage: giftSort,
	WebcastDecorationModifyMethod: decorationModify,
	WebcastDecorationUpdateMessage: decorationUpdate,
	WebcastRoomStreamAdaptationMessage: picture,
	WebcastGroupLiveContainerChangeMessage: groupLive,
	WebcastBattleEffectContainerMessage: battleEffect,
	WebcastBattlePowerContainerMessage: battlePower,
} satisfies Record<string, Mapper>;
