import type { LiveEventType } from "@livekeeper/douyin";
import { io as connect, type Socket } from "socket.io-client";
import { type ErrorCode, errorTable, LivekeeperError } from "../errors.ts";
import { printable } from "../log/printable.ts";
import type { ClientEvents, JoinReply, ServerEvents, WireMessage } from "../service.ts";
import { eventLine } from "./format/event-line.ts";
import type { Io } from "./io.ts";

export interface WatchOptions {
	liveId: string;
	url: string;
	apiKey?: string | undefined;
	/** Lines of JSON instead of lines for people. */
	json: boolean;
	/** Only these types; all when left out. */
	types?: ReadonlySet<string> | undefined;
	io: Io;
	/** Ends the watching. */
	signal: AbortSignal;
}

/** How long to wait before asking again for a room that a restarted service doesn't keep (yet), ms. */
const rejoinMs = 2000;

/**
 * Prints a room's events until `signal` aborts. Comes back by itself when the service restarts.
 *
 * @throws {LivekeeperError} when the service can't be reached at first, or refuses
 */
export function watchRoom(options: WatchOptions): Promise<void> {
	const { url, apiKey, signal } = options;
	const socket: Socket<ServerEvents, ClientEvents> = connect(url, {
		transports: ["websocket"],
		forceNew: true,
		reconnectionDelay: 500,
		reconnectionDelayMax: 5000,
		...(apiKey === undefined ? {} : { auth: { token: apiKey } }),
	});
	return new Promise<void>((resolve, reject) => {
		const end = (error?: LivekeeperError) => {
			signal.removeEventListener("abort", onAbort);
			watch.close();
			socket.disconnect();
			if (error) reject(error);
			else resolve();
		};
		const onAbort = () => end();
		const watch = new Watch(socket, options, end);
		if (signal.aborted) return end();
		signal.addEventListener("abort", onAbort, { once: true });
	});
}

/** One run of `watch`: joins after each connect, and says what a person should know about interruptions. */
class Watch {
	readonly #socket: Socket<ServerEvents, ClientEvents>;
	readonly #options: WatchOptions;
	readonly #end: (error?: LivekeeperError) => void;
	#joinedOnce = false;
	#lastSeq: number | undefined;
	#retry: NodeJS.Timeout | undefined;
	#lastNotice = "";

	constructor(
		socket: Socket<ServerEvents, ClientEvents>,
		options: WatchOptions,
		end: (error?: LivekeeperError) => void,
	) {
		this.#socket = socket;
		this.#options = options;
		this.#end = end;
		socket.on("connect", () => this.#join());
		socket.on("connect_error", (error) => this.#onConnectError(error));
		socket.on("disconnect", () => {
			clearTimeout(this.#retry);
			this.#notice("The service is gone; waiting for it to come back …");
		});
		socket.on("messages", (events) => {
			for (const event of events) this.#show(event);
		});
		socket.on("truncated", ({ from, to }) => this.#notice(`Events ${from} to ${to} are gone; it goes on after them.`));
		socket.on("status", ({ state, reason }) => this.#notice(`${state}: ${reason.message}`));
	}

	close(): void {
		clearTimeout(this.#retry);
		this.#socket.removeAllListeners();
	}

	#join(): void {
		const { liveId, types } = this.#options;
		const request = {
			live_id: liveId,
			batch: true,
			// What was said while the service was away follows first.
			...(this.#lastSeq !== undefined && { after: this.#lastSeq }),
			...(types && { types: [...types] as LiveEventType[] }),
		};
		this.#socket.emit("join", request, (reply) => this.#onJoined(reply));
	}

	#onJoined(reply: JoinReply): void {
		if (reply.success) {
			this.#joinedOnce = true;
			const { state, title, reason } = reply.status ?? { state: "not kept now", title: null, reason: { message: "" } };
			const about = state === "connected" ? (title ?? "") : reason.message;
			this.#notice(`${reply.live_id} is ${state}${about && ` (${about})`}. Ctrl-C ends the watching.`);
			return;
		}
		const { code, message, hint } = reply.error;
		if (code === "room_not_found" && this.#joinedOnce) {
			// After a restart the room may be started again any moment.
			this.#notice("The service no longer keeps this room; waiting for it to be started …");
			this.#retry = setTimeout(() => this.#join(), rejoinMs);
			return;
		}
		const todo = code === "room_not_found" ? `Keep it first: livekeeper start ${this.#options.liveId}` : hint;
		this.#end(new LivekeeperError(code, message, { hint: todo }));
	}

	#onConnectError(error: Error): void {
		const code = String((error as { data?: { code?: unknown } }).data?.code);
		const { url } = this.#options;
		if (Object.hasOwn(errorTable, code)) this.#end(new LivekeeperError(code as ErrorCode, error.message));
		else if (!this.#joinedOnce) {
			this.#end(new LivekeeperError("server_unreachable", `No service is running at ${url}`, { cause: error }));
		}
	}

	#show(event: WireMessage): void {
		const { json, io } = this.#options;
		this.#lastSeq = event.seq;
		io.out(json ? JSON.stringify(event) : eventLine(event, io));
	}

	/** Beside the feed, so that `--json` stays clean; the same thing is said once. */
	#notice(text: string): void {
		if (text === this.#lastNotice) return;
		this.#lastNotice = text;
		const { io } = this.#options;
		io.err(io.paint("gray", `· ${printable(text)}`));
	}
}
