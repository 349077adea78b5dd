/**
 * React hook that follows a room and returns its newest events, across disconnects, restarts of the service and
 * StrictMode.
 *
 *   const keeper = new LivekeeperClient({ url: "http://127.0.0.1:7001" });
 *
 *   function Chat() {
 *     const { events, error } = useLiveRoom(keeper, "261378947940", { types: ["chat"] });
 *     return <ul>{events.map((event) => <li key={event.seq}>{event.type === "chat" && event.content}</li>)}</ul>;
 *   }
 */
import type { LivekeeperClient, RoomEvent, RoomEventType } from "@livekeeper/client";
import { useEffect, useState } from "react";

export interface LiveRoomOptions {
	/** Event types to follow; default: all. */
	types?: readonly RoomEventType[];
	/** Starts after this `seq`; default: with the next event. */
	after?: number;
	/** Maximum number of events kept, the newest; default 200. */
	keep?: number;
}

export interface LiveRoom {
	/** Oldest first; `seq` is a good `key`. */
	events: readonly RoomEvent[];
	/** Current problem, until the next event arrives; `undefined` if there is none. */
	error: Error | undefined;
	/** Whether it has stopped for good, because the live id, the key or the filter is wrong. */
	ended: boolean;
	/** Number of events that retention deleted before they could be read. */
	missing: number;
}

const nothing: LiveRoom = { events: [], error: undefined, ended: false, missing: 0 };

/** Minimum time between two renders, ms, because a busy room has hundreds of events per second. */
const showEveryMs = 100;

/** @param client created once, outside of the component: a new one starts over */
export function useLiveRoom(client: LivekeeperClient, liveId: string, options: LiveRoomOptions = {}): LiveRoom {
	const { after, keep = 200 } = options;
	// A list that is created again in each render counts as the same list.
	const kinds = options.types?.join(",");
	const [room, setRoom] = useState(nothing);

	useEffect(() => {
		const stop = new AbortController();
		const { signal } = stop;
		let waiting: RoomEvent[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		const change = (part: (before: LiveRoom) => Partial<LiveRoom>) => {
			if (!signal.aborted) setRoom((before) => ({ ...before, ...part(before) }));
		};
		const show = () => {
			const come = waiting;
			waiting = [];
			timer = undefined;
			change(({ events }) => ({ events: [...events, ...come].slice(-keep), error: undefined }));
		};
		const follow = async () => {
			const types = kinds === undefined ? undefined : (kinds.split(",") as RoomEventType[]);
			const onRetry = ({ error }: { error: Error }) => change(() => ({ error }));
			for await (const item of client.room(liveId).events({ after, types, signal, onRetry })) {
				if (item.type === "truncated") {
					change(({ missing }) => ({ missing: missing + item.to - item.from + 1 }));
					continue;
				}
				waiting.push(item);
				if (waiting.length > keep) waiting.shift();
				timer ??= setTimeout(show, showEveryMs);
			}
		};
		setRoom(nothing);
		follow().catch((error: Error) => change(() => ({ error, ended: true })));
		return () => {
			stop.abort();
			clearTimeout(timer);
		};
	}, [client, liveId, kinds, after, keep]);

	return room;
}
