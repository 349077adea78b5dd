import type { LiveEventType } from "@livekeeper/douyin";
import { personOf } from "./columns.ts";
import type { StoredEvent } from "./event-log.ts";
import type { SearchQuery } from "./search.ts";

/** What a search looks for, as it crosses threads. */
export interface SearchFilter {
	/** Its ASCII letters are small. */
	text: string | undefined;
	user: string | undefined;
	/** The user as a person of an event's columns, where it is a `sec_uid`: no other event can match. */
	person: number | undefined;
	types: readonly LiveEventType[] | undefined;
	from: number;
	to: number;
}

export function searchFilter({ text, user, types, from, to }: SearchQuery): SearchFilter {
	return {
		// Half a character can't be stored, nor found.
		text: text ? smallLetters(Buffer.from(text).toString()) : undefined,
		user: user || undefined,
		person: user && secUidShape.test(user) ? personOf(user) : undefined,
		types,
		from: from ?? Number.MIN_SAFE_INTEGER,
		to: to ?? Number.MAX_SAFE_INTEGER,
	};
}

/** How every `sec_uid` of the site begins; no other id does. */
const secUidShape = /^MS4wLjAB/;

/** The text as it is in an event's unparsed JSON: every match contains it. */
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

/** Whether an event is looked for. */
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
