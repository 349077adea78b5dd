import { setTimeout as sleep } from "node:timers/promises";
import { LivekeeperError } from "@livekeeper/base/errors";
import { printable } from "@livekeeper/base/log/printable";
import { codeNames, type Text, verbatim } from "@livekeeper/base/text";
import type { LivekeeperApiError, LivekeeperClient, Room, RoomItem } from "@livekeeper/client";
import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import { eventWords } from "@livekeeper/targets/text/event-words";
import { commandFailures, commandTexts } from "../text/index.ts";
import { eventLine } from "./format/event-line.ts";
import type { Io } from "./io.ts";
import { isApiError } from "./with-service.ts";

export interface WatchOptions {
	client: LivekeeperClient;
	liveId: string;
	/** Whether to print JSON lines instead of lines for people. */
	json: boolean;
	/** Types to print; all if omitted. */
	types?: readonly LiveEventType[] | undefined;
	io: Io;
	/** Ends the command. */
	signal: AbortSignal;
	/** Delay before a room that was stopped is requested again, and the first delay after a cut, ms; default 2,000. */
	retryMs?: number | undefined;
}

/**
 * Prints a room's events until `signal` aborts; continues when the service restarts.
 *
 * @throws {LivekeeperApiError} if the service can't be reached at first, or refuses
 * @throws {LivekeeperError} `room_not_found`
 */
export async function watchRoom(options: WatchOptions): Promise<void> {
	const { liveId, signal, retryMs = 2_000 } = options;
	const watch = new Watch(options);
	// A stream would wait for a service that is not there.
	await watch.status();
	while (!signal.aborted) {
		try {
			await watch.follow(retryMs);
		} catch (error) {
			if (!isRoomMissing(error)) throw error;
			if (!watch.hasBegun) {
				throw new LivekeeperError("room_not_found", verbatim(error.message), {
					hint: commandFailures.keepFirst(liveId),
				});
			}
			watch.notice(commandTexts.awaitingStart);
			await sleep(retryMs, undefined, { signal }).catch(() => undefined);
		}
	}
}

const isRoomMissing = (error: unknown): error is LivekeeperApiError =>
	isApiError(error) && error.code === "room_not_found";

/** One run of `watch`: prints events, and reports interruptions to the user. */
class Watch {
	readonly #options: WatchOptions;
	/** Whether a stream was open. */
	hasBegun = false;
	#lastSeq: number | undefined;
	#lastNotice = "";

	constructor(options: WatchOptions) {
		this.#options = options;
	}

	/** Returns the room's status; `undefined` if it is not kept. */
	status(): Promise<Room | undefined> {
		const { client, liveId, signal } = this.#options;
		return client.rooms.get(liveId, { signal }).catch((error: unknown) => {
			if (signal.aborted || isRoomMissing(error)) return undefined;
			throw error;
		});
	}

	/** Prints until `signal` aborts. @throws {LivekeeperApiError} `room_not_found`, or a permanent refusal */
	async follow(retryMs: number): Promise<void> {
		const { client, liveId, types, signal } = this.#options;
		const events = client.room(liveId).events({
			// Messages from while the service was away follow first.
			after: this.#lastSeq,
			// Connections are reported even if only other types are printed.
			types: types && [...new Set([...types, "connection" as const])],
			signal,
			backoff: { minMs: retryMs, maxMs: 2 * retryMs },
			onOpen: () => void this.#announce(),
			onRetry: ({ error }) => this.notice(error.status === 0 ? commandTexts.serviceGone : verbatim(error.message)),
		});
		for await (const item of events) this.#show(item);
	}

	/** Reports the room's state when a stream was opened. A failure shows by the stream itself. */
	async #announce(): Promise<void> {
		this.hasBegun = true;
		const room = await this.status().catch(() => undefined);
		if (!this.#options.signal.aborted) this.notice(watchingNotice(this.#options.liveId, room));
	}

	#show(item: RoomItem): void {
		const { json, io, types } = this.#options;
		if (item.type === "truncated") {
			this.notice(commandTexts.gone(item.from, item.to, item.reason));
			return;
		}
		this.#lastSeq = item.seq;
		const event = item as WireEvent;
		if (types && !types.includes(event.type)) {
			if (event.type === "connection") this.notice(eventWords(event));
			return;
		}
		// The open platform pushes the same gifts: people see each of them once.
		if (!json && event.type === "gift" && event.evidence) this.notice(commandTexts.webGiftsLeftOut);
		else io.out(json ? JSON.stringify(event) : eventLine(event, io));
	}

	/** Prints a notice on standard error, so that `--json` output stays clean; the same notice is printed once. */
	notice(notice: Text): void {
		const { io } = this.#options;
		const text = notice[io.language];
		if (text === this.#lastNotice) return;
		this.#lastNotice = text;
		io.err(io.paint("gray", `· ${printable(text)}`));
	}
}

function watchingNotice(liveId: string, room: Room | undefined): Text {
	const state = room ? codeNames.state[room.state] : commandTexts.notKept;
	const about = (room?.state === "connected" ? room.title : room?.reason.message) ?? "";
	return commandTexts.watching(liveId, state, about);
}
