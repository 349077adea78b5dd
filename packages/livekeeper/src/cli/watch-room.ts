import type { LiveEventType } from "@livekeeper/douyin";
import { io as connect, type Socket } from "socket.io-client";
import { type ErrorCode, errorTable, LivekeeperError } from "../errors.ts";
import { printable } from "../log/printable.ts";
import type { ClientEvents, JoinReply, ServerEvents, WireMessage } from "../service.ts";
import { codeNames, commandFailures, commandTexts, type Text, verbatim } from "../text/index.ts";
import { eventLine } from "./format/event-line.ts";
import type { Io } from "./io.ts";

export interface WatchOptions {
	liveId: string;
	url: string;
	apiKey?: string | undefined;
	/** Whether to print JSON lines instead of lines for people. */
	json: boolean;
	/** Types to print; all if omitted. */
	types?: ReadonlySet<string> | undefined;
	io: Io;
	/** Ends the command. */
	signal: AbortSignal;
	/** Delay before a retry after a temporary refusal, ms; default 2,000. */
	retryMs?: number | undefined;
}

const retryMs = 2_000;

/**
 * Prints a room's events until `signal` aborts. Reconnects by itself when the service restarts.
 *
 * @throws {LivekeeperError} if the service can't be reached at first, or refuses
 */
export function watchRoom(options: WatchOptions): Promise<void> {
	const { url, apiKey, signal } = options;
	const socket: Socket<ServerEvents, ClientEvents> = connect(url, {
		transports: ["websocket"],
		forceNew: true,
		reconnectionDelay: 500,
		reconnectionDelayMax: 5000,
		query: { lang: options.io.language },
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

/** One run of `watch`: joins after each connect, and reports interruptions to the user. */
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
			this.#notice(commandTexts.serviceGone);
		});
		socket.on("messages", (events) => {
			for (const event of events) this.#show(event);
		});
		socket.on("truncated", ({ from, to, reason }) => this.#notice(commandTexts.gone(from, to, reason)));
		socket.on("status", ({ state, reason }) => this.#notice(statusNotice(state, reason.message)));
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
			// Messages from while the service was away follow first.
			...(this.#lastSeq !== undefined && { after: this.#lastSeq }),
			...(types && { types: [...types] as LiveEventType[] }),
		};
		this.#socket.emit("join", request, (reply) => this.#onJoined(reply));
	}

	#onJoined(reply: JoinReply): void {
		if (reply.success) {
			this.#joinedOnce = true;
			this.#notice(watchingNotice(reply));
			return;
		}
		const { code, message, hint } = reply.error;
		if (this.#isForNow(code) || (code === "room_not_found" && this.#joinedOnce)) {
			this.#notice(code === "room_not_found" ? commandTexts.awaitingStart : verbatim(message));
			this.#again(() => this.#join());
			return;
		}
		const todo = code === "room_not_found" ? commandFailures.keepFirst(this.#options.liveId) : verbatim(hint);
		this.#end(new LivekeeperError(code, verbatim(message), { hint: todo }));
	}

	#onConnectError(error: Error): void {
		const code = String((error as { data?: { code?: unknown } }).data?.code);
		const { url } = this.#options;
		if (this.#isForNow(code)) {
			this.#notice(verbatim(error.message));
			// A connection that was refused by the service does not reconnect by itself.
			this.#again(() => this.#socket.connect());
		} else if (Object.hasOwn(errorTable, code)) {
			const hint = code === "unauthorized" ? { hint: commandTexts.giveKey } : {};
			this.#end(new LivekeeperError(code as ErrorCode, verbatim(error.message), hint));
		} else if (!this.#joinedOnce) {
			this.#end(new LivekeeperError("server_unreachable", commandFailures.noService(url), { cause: error }));
		}
	}

	/** Returns whether a refusal is temporary: a node can't read right now, or has no capacity. */
	#isForNow(code: string): boolean {
		const { status } = errorTable[code as ErrorCode] ?? {};
		return this.#joinedOnce && (status === 503 || status === 429);
	}

	#again(attempt: () => void): void {
		clearTimeout(this.#retry);
		this.#retry = setTimeout(attempt, this.#options.retryMs ?? retryMs);
	}

	#show(event: WireMessage): void {
		const { json, io } = this.#options;
		this.#lastSeq = event.seq;
		// The open platform pushes the same gifts: people see each of them once.
		if (!json && event.type === "gift" && event.evidence) this.#notice(commandTexts.webGiftsLeftOut);
		else io.out(json ? JSON.stringify(event) : eventLine(event, io));
	}

	/** Prints a notice on standard error, so that `--json` output stays clean; the same notice is printed once. */
	#notice(notice: Text): void {
		const { io } = this.#options;
		const text = notice[io.language];
		if (text === this.#lastNotice) return;
		this.#lastNotice = text;
		io.err(io.paint("gray", `· ${printable(text)}`));
	}
}

/** @param about in the language that was requested from the service */
function statusNotice(state: keyof typeof codeNames.state, about: string): Text {
	return commandTexts.stateIs(codeNames.state[state], about);
}

function watchingNotice({ live_id: liveId, status }: Extract<JoinReply, { success: true }>): Text {
	const state = status ? codeNames.state[status.state] : commandTexts.notKept;
	const about = (status?.state === "connected" ? status.title : status?.reason.message) ?? "";
	return commandTexts.watching(liveId, state, about);
}
