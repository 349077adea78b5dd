import type { LiveEventType } from "@livekeeper/douyin";
import { personOf } from "./columns.ts";
import type { StoredEvent } from "./event-log.ts";
import type { SearchQuery } from "./search.ts";

/** Criteria of a search, as they cross threads. */
export interface SearchFilter {
	/** Its ASCII letters are in lower case. */
	text: string | undefined;
	user: string | undefined;
	/** The user as the person of an event's columns, if it is a `sec_uid`: then no other event can match. */
	person: number | undefined;
	types: readonly LiveEventType[] | undefined;
	from: number;
	to: number;
}

/** Range of a search that is not limited in time. */
export const anyTime = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

export function searchFilter({ text, user, types, from, to }: SearchQuery): SearchFilter {
	return {
		// Half a surrogate pair can't be stored, nor found.
		text: text ? smallLetters(Buffer.from(text).toString()) : undefined,
		user: user || undefined,
		person: user && secUidShape.test(user) ? personOf(user) : undefined,
		types,
		from: from ?? anyTime.from,
		to: to ?? anyTime.to,
	};
}

/** Prefix of every `sec_uid` of the site; no other id has it. */
const secUidShape = /^MS4wLjAB/;

/** Returns the text as it appears in an event's unparsed JSON: every match contains it. */
export function inJson(text: string): string {
	return JSON.stringify(text).slice(1, -1);
}

export function smallLetters(text: string): string {
	return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Fields that a search looks at. */
interface Searched {
	content?: unknown;
	gift_name?: unknown;
	user?: Partial<Record<"id" | "sec_uid" | "display_id" | "webcast_uid" | "nickname", unknown>> | null;
}

/** Whether an event matches. */
export function isFound(filter: SearchFilter, { type, at, json }: Pick<StoredEvent, "type" | "at" | "json">): boolean {
	const { text, user, types, from, to } = filter;
	if (at < from || at >= to || (types && !types.includes(type))) return false;
	if (text === undefined && user === undefined) return true;
	const event = JSON.parse(json) as Searched;
	const who = event.user ?? {};
	if (user !== undefined && ![who.id, who.sec_uid, who.display_id, who.webcast_uid].includes(user)) return false;
	if (text === undefined) return true;
	const texts = [event.content, event.gift_name, who.nickname, who.display_id];
	return texts.some((one) => typeof one === "string" && smallLetters(one).includes(text));
}
