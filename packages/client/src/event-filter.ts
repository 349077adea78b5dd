import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { type RoomState, stateTypes } from "./room-states.ts";

export const personRoles = ["moderator", "fan_club"] as const;
export type PersonRole = (typeof personRoles)[number];

/**
 * Selects events of a room. Each condition restricts only the kinds that it applies to: `words` those with text, `gift`
 * gifts, and conditions on people those that name one. `states` are sent as well, regardless of the other conditions.
 */
export interface EventFilter {
	/** Only these kinds; `undefined`: all. */
	types?: readonly LiveEventType[] | undefined;
	states?: readonly RoomState[] | undefined;
	/** The text must contain one of these, in any case. */
	words?: readonly string[] | undefined;
	gift?: GiftCondition | undefined;
	/** Only these people, by id, sec_uid, Douyin ID (`display_id`) or nickname. */
	people?: readonly string[] | undefined;
	roles?: readonly PersonRole[] | undefined;
	/** Minimum level of the person. */
	minLevel?: number | undefined;
}

export interface GiftCondition {
	/** Minimum worth, diamonds. */
	minDiamonds: number;
	/**
	 * `gift`: each message that reaches it alone, by the gifts given at once. `streak`: once for each streak, at the step
	 * that reaches it.
	 */
	of: "gift" | "streak";
}

/** Whether the filter selects an event. Pure: the same event gets the same answer. */
export type EventCheck = (event: WireEvent) => boolean;

const textTypes: ReadonlySet<string> = new Set(["chat", "emoji_chat", "screen_chat"]);

/** Whether a text is selected although it has none of the words. */
export type Matches = (text: string) => boolean;

/**
 * @returns a predicate; `undefined` if every event of the filter's kinds is selected, so that none needs to be checked
 * @example
 * ```ts
 * import { LivekeeperClient } from "@livekeeper/client";
 * import { eventCheckOf } from "@livekeeper/client/filter";
 * const isWanted = eventCheckOf({ types: ["gift"], gift: { minDiamonds: 1, of: "gift" } });
 * const room = new LivekeeperClient({ url: "http://127.0.0.1:7001" }).room("261378947940");
 * const { events } = await room.history({ types: ["chat", "gift"] });
 * const wanted = events.filter((event) => isWanted?.(event));
 * console.log(new Set(wanted.map(({ type }) => type))); // → new Set(["gift"])
 * ```
 */
export function eventCheckOf(filter: EventFilter, matches?: Matches): EventCheck | undefined {
	const { types, states } = filter;
	const checks = [textCheck(filter, matches), giftCheck(filter), personCheck(filter)].filter(
		(check) => check !== undefined,
	);
	if (checks.length === 0 && !states?.length) return undefined;
	const kinds = types && new Set<string>(types);
	return (event) => (kinds?.has(event.type) ?? true) && checks.every((check) => check(event));
}

/** Returns the kinds that must be read from the log: those that are sent, and those that report states. */
export function typesOf({ types, states }: EventFilter): readonly LiveEventType[] | undefined {
	return types && [...new Set([...types, ...stateTypes(states ?? [])])];
}

function textCheck({ words }: EventFilter, matches: Matches | undefined): EventCheck | undefined {
	const sought = words?.map((word) => word.toLowerCase());
	if (!sought && !matches) return undefined;
	return (event) => {
		if (!textTypes.has(event.type)) return true;
		const text = (event as WireEvent & { type: "chat" }).content;
		const lower = text.toLowerCase();
		return (sought?.some((word) => lower.includes(word)) ?? false) || (matches?.(text) ?? false);
	};
}

function giftCheck({ gift }: EventFilter): EventCheck | undefined {
	if (!gift) return undefined;
	return (event) => event.type !== "gift" || isWorth(event, gift);
}

/** A late or repeated step adds nothing (`delta` 0), and reaches nothing. */
function isWorth(event: WireEvent & { type: "gift" }, { minDiamonds, of }: GiftCondition): boolean {
	const { count, group_count: group, diamond_count: each } = event;
	const delta = event.delta || (event.evidence?.delta ?? 0);
	if (delta <= 0) return false;
	if (of === "gift") return each * Math.max(1, group) >= minDiamonds;
	return count * each >= minDiamonds && (count - delta) * each < minDiamonds;
}

function personCheck({ people, roles, minLevel }: EventFilter): EventCheck | undefined {
	if (!people && !roles && minLevel === undefined) return undefined;
	const selected = people && new Set(people);
	return ({ user }) => {
		if (!user) return true;
		const names = [user.id, user.sec_uid, user.display_id ?? "", user.nickname];
		if (selected && !names.some((name) => name !== "" && selected.has(name))) return false;
		if (roles && !roles.some((role) => hasRole(user, role))) return false;
		return minLevel === undefined || user.level >= minLevel;
	};
}

function hasRole(user: NonNullable<WireEvent["user"]>, role: PersonRole): boolean {
	if (role === "moderator") return user.admin === true || user.super_admin === true;
	return user.fans_club !== undefined && user.fans_club.level > 0;
}
