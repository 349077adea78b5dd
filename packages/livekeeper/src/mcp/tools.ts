import { liveIdInput, plainLiveId } from "@livekeeper/base/live-id";
import type { LivekeeperClient, Room } from "@livekeeper/client";
import { z } from "zod";
import { eventType, timeParam } from "../http/schemas/parameters.ts";
import type { mcpTexts } from "../text/index.ts";

/** Maximum length of one answer, characters: a language model reads and pays for all of it. */
export const maxChars = 48_000;

/** Fields of pictures and payloads, which say nothing to a reader of words: `avatar`, `gift_image`, `covers` … */
const isLeftOut = (name: string) => /(?:^|_)(?:avatar|image|icon|cover|badge|picture)s?$|^(?:payload|raw)$/.test(name);

/** Formats an answer as JSON without pictures, payloads and empty values. */
export function asText(value: unknown): string {
	return JSON.stringify(value, (name, inner: unknown) => (isLeftOut(name) || inner === null ? undefined : inner));
}

/**
 * Reads a page, and if it is too long, again with as many items as fit, so its own cursor stays valid.
 * @param limit requested number of items
 * @param itemsOf returns the items of a page, of which there are at most `limit`
 */
async function readFitting<Page>(
	limit: number,
	read: (limit: number) => Promise<Page>,
	itemsOf: (page: Page) => readonly unknown[],
): Promise<Page> {
	for (let maxEntries = limit; ; ) {
		const page = await read(maxEntries);
		const items = itemsOf(page);
		const fitting = countFitting(items);
		if (fitting === items.length) return page;
		maxEntries = fitting;
	}
}

/** Returns how many items, from the first, fit into one answer: at least one. */
function countFitting(items: readonly unknown[]): number {
	let chars = 0;
	const tooLong = items.findIndex((item) => {
		chars += asText(item).length + 1;
		return chars > maxChars;
	});
	return tooLong === -1 ? items.length : Math.max(1, tooLong);
}

/** A tool that a language model may call. */
export interface Tool {
	name: keyof typeof mcpTexts.tools;
	input: z.ZodObject;
	/** Whether it changes which rooms are kept. */
	control?: true;
	/** @param input as parsed by `input`. @throws LivekeeperApiError */
	run(client: LivekeeperClient, input: never, signal: AbortSignal): Promise<object>;
}

/** Ties a tool's function to the input that its schema accepts. */
function tool<Input extends z.ZodObject>(
	name: Tool["name"],
	input: Input,
	run: (client: LivekeeperClient, input: z.output<Input>, signal: AbortSignal) => Promise<object>,
): Tool {
	return { name, input, run };
}

const liveId = liveIdInput.transform(plainLiveId);
const limit = (max: number, standard: number) => z.number().int().min(1).max(max).default(standard);
const types = z.array(eventType).optional();
const now = () => Date.now();

/** Fields of a room in the list; `room_status` has the rest. */
const summary = [
	...["live_id", "state", "health", "trouble", "title", "room_id", "viewers", "messages_last_minute", "diamonds"],
	...["last_message_at", "next_attempt_at", "login_warning"],
] as (keyof Room)[];

const summaryOf = (room: Room) => ({
	...Object.fromEntries(summary.map((name) => [name, room[name]])),
	anchor: room.anchor?.nickname ?? null,
	reason: room.reason.message,
});

const rooms = tool(
	"rooms",
	z.object({
		after: z.string().optional(),
		limit: limit(200, 50),
	}),
	async (client, { after, limit }, signal) => {
		const all = (await client.rooms.list({ signal })).toSorted((a, b) => (a.live_id < b.live_id ? -1 : 1));
		const following = all.filter((room) => after === undefined || room.live_id > after);
		const page = following.slice(0, limit).map(summaryOf);
		const shown = page.slice(0, countFitting(page));
		const nextAfter = shown.length < following.length ? (following[shown.length - 1]?.live_id ?? null) : null;
		return { total: all.length, rooms: shown, next_after: nextAfter };
	},
);

const roomStatus = tool("room_status", z.object({ live_id: liveId }), (client, { live_id: id }, signal) =>
	client.rooms.get(id, { signal }),
);

const broadcasts = tool(
	"broadcasts",
	z.object({
		live_id: liveId,
		last: limit(100, 5),
	}),
	async (client, { live_id: id, last }, signal) => {
		const read = (last: number) => client.room(id).broadcasts({ last, signal });
		return { live_id: id, broadcasts: await readFitting(last, read, (found) => found) };
	},
);

const gifts = tool(
	"gifts",
	z.object({
		live_id: liveId,
		room_id: z.string().min(1).max(64).optional(),
		limit: limit(200, 20),
	}),
	async (client, { live_id: id, room_id: given, limit }, signal) => {
		const broadcast = given ?? (await client.room(id).broadcasts({ last: 1, signal }))[0]?.room_id;
		if (broadcast === undefined) return { live_id: id, room_id: null, diamonds: 0, by_kind: [], by_giver: [] };
		const read = (limit: number) => client.room(id).gifts(broadcast, { limit, signal });
		const pairs = ({ by_kind: kinds, by_giver: givers }: Awaited<ReturnType<typeof read>>) =>
			Array.from({ length: Math.max(kinds.length, givers.length) }, (_, at) => [kinds[at], givers[at]]);
		return readFitting(limit, read, pairs);
	},
);

/** Maximum number of gift kinds in a report; `gifts` has all. */
const maxKinds = 20;

const report = tool(
	"report",
	z.object({
		live_id: liveId,
		room_id: z.string().min(1).max(64).default("latest"),
	}),
	async (client, { live_id: id, room_id: broadcast }, signal) => {
		const { success: _, gifts, ...report } = await client.room(id).report(broadcast, { signal });
		return { ...report, gifts: { ...gifts, by_kind: gifts.by_kind.slice(0, maxKinds) } };
	},
);

const events = tool(
	"events",
	z.object({
		live_id: liveId,
		after: z.number().int().min(0).default(0),
		types,
		from: timeParam("from", now),
		to: timeParam("to", now),
		limit: limit(200, 50),
	}),
	async (client, { live_id: id, limit, ...query }, signal) => {
		const read = (limit: number) => client.room(id).history({ ...query, limit, signal });
		const page = await readFitting(limit, read, ({ events }) => events);
		return {
			...{ events: page.events, next_after: page.nextAfter, caught_up: page.caughtUp },
			...{ oldest_seq: page.oldestSeq, last_seq: page.lastSeq, truncated: page.truncated ?? null },
		};
	},
);

const search = tool(
	"search",
	z.object({
		text: z.string().max(200).optional(),
		user: z.string().max(200).optional(),
		types,
		rooms: z.array(liveId).max(100).optional(),
		from: timeParam("from", now),
		to: timeParam("to", now),
		cursor: z.string().max(200).optional(),
		limit: limit(200, 30),
	}),
	async (client, { limit, ...query }, signal) => {
		const read = async (limit: number) => {
			for await (const page of client.search({ ...query, limit, signal })) return page;
			return { events: [], looked: 0, reachedAt: null, oldestAt: null, cursor: null };
		};
		const { reachedAt, oldestAt, ...page } = await readFitting(limit, read, ({ events }) => events);
		return { ...page, reached_at: reachedAt, oldest_at: oldestAt };
	},
);

const startRoom: Tool = {
	...tool("start_room", z.object({ live_id: liveId }), (client, { live_id: id }, signal) =>
		client.rooms.start(id, { signal }),
	),
	control: true,
};

const stopRoom: Tool = {
	...tool("stop_room", z.object({ live_id: liveId }), async (client, { live_id: id }, signal) => {
		await client.rooms.stop(id, { signal });
		return { live_id: id, stopped: true };
	}),
	control: true,
};

/** All tools, in the order in which they are listed. */
export const tools: readonly Tool[] = [
	...[rooms, roomStatus, events, search, broadcasts, report, gifts],
	...[startRoom, stopRoom],
];
