import type { LivekeeperClient, RoomEvent } from "@livekeeper/client";
import { followForEver } from "../overlay/follow-for-ever.ts";
import { pauseOf } from "../overlay/pause.ts";
import { RoomNotices } from "./room-notices.ts";
import { filterOf, holdMsOf, type NoticeRules, typesToRead } from "./rules.ts";

interface Following {
	client: LivekeeperClient;
	rules: NoticeRules;
	/** Called with each event of a room that matches the rules. */
	onNotice: (liveId: string, event: RoomEvent) => void;
}

/**
 * Follows rooms, each from its next event.
 * @returns sets the list of rooms: rooms that are no longer listed are abandoned; an empty list stops all
 */
export function followRooms(following: Following): (liveIds: readonly string[]) => void {
	const followed = new Map<string, AbortController>();
	return (liveIds) => {
		for (const [liveId, controller] of followed) {
			if (liveIds.includes(liveId)) continue;
			controller.abort();
			followed.delete(liveId);
		}
		for (const liveId of liveIds) {
			if (followed.has(liveId)) continue;
			const controller = new AbortController();
			followed.set(liveId, controller);
			void followRoom(liveId, following, controller.signal);
		}
	};
}

async function followRoom(liveId: string, { client, rules, onNotice }: Following, signal: AbortSignal): Promise<void> {
	const filter = filterOf(rules);
	const notices = new RoomNotices(filter, holdMsOf(rules));
	let timer: ReturnType<typeof setTimeout> | undefined;
	let settled = Promise.resolve();
	const settle = () => {
		settled = settled.then(async () => {
			clearTimeout(timer);
			const { held, dueAt } = await notices.settle(Date.now());
			if (signal.aborted) return;
			for (const event of held) onNotice(liveId, event);
			if (dueAt !== undefined) timer = setTimeout(settle, Math.max(0, dueAt - Date.now()));
		});
	};
	await followForEver({
		...{ client, liveId, signal, types: typesToRead(filter), pause: pauseOf(signal) },
		onEvent: (event) => {
			if (notices.add(event, Date.now())) onNotice(liveId, event);
			else settle();
		},
	});
	clearTimeout(timer);
}
