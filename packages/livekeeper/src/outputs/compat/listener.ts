import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import type { Scope } from "../../live/index.ts";
import { type BufferAccount, type EndReason, type ReaderHub, type ReaderSink, takenBytes } from "../readers/index.ts";
import type { ListenerFrames, TableEncodings } from "./message-table.ts";
import type { ListenerPlaces } from "./places.ts";

/** Reasons for closing a listener's connection, in douyinLive's words, with their close codes. */
const closeCodes = {
	normal_close: 1000,
	service_shutdown: 1001,
	room_not_found: 1008,
	client_too_slow: 1008,
	token_revoked: 1008,
	upstream_start_failed: 1011,
};
export type Ending = keyof typeof closeCodes;

const endings: Record<EndReason, Ending> = {
	slow_reader: "client_too_slow",
	shutting_down: "service_shutdown",
	failed: "upstream_start_failed",
	token_revoked: "token_revoked",
};

export interface ListenerDeps {
	/** Name of the server it connected to. */
	name: string;
	hub: ReaderHub;
	places: ListenerPlaces;
}

/** A program that listens over one WebSocket. It may read several rooms. */
export class Listener {
	readonly request: IncomingMessage;
	readonly scope: Scope;
	readonly #webSocket: WebSocket;
	readonly #deps: ListenerDeps;
	readonly #account: BufferAccount = { held: 0, readers: 0 };

	constructor(webSocket: WebSocket, request: IncomingMessage, scope: Scope, deps: ListenerDeps) {
		this.request = request;
		this.scope = scope;
		this.#webSocket = webSocket;
		this.#deps = deps;
	}

	get isOpen(): boolean {
		return this.#webSocket.readyState === this.#webSocket.OPEN;
	}

	onClosed(listener: () => void): void {
		this.#webSocket.once("close", listener);
	}

	/** Calls `listener` with each text message of the program. */
	onText(listener: (text: string) => void): void {
		this.#webSocket.on("message", (data, isBinary) => {
			if (!isBinary) listener(String(data));
		});
	}

	/** @param sent called when the text was sent or can no longer be sent */
	say(text: string, sent?: () => void): void {
		this.#webSocket.send(text, { compress: false }, () => sent?.());
	}

	/**
	 * Sends a room's messages from now on, or from this listener's position when it was disconnected.
	 * @param missed called if messages of the room may never reach it: these programs have no `seq` to detect that
	 * themselves
	 * @returns a function that ends the reading
	 * @throws LivekeeperError `storage_failing`
	 */
	async read(liveId: string, encodings: TableEncodings, missed: () => void): Promise<() => void> {
		const { hub, places, name } = this.#deps;
		const key = `${name} ${this.request.socket.remoteAddress} ${liveId}`;
		const after = places.take(key);
		if (after === undefined && places.areLost) missed();
		return places.hold(key, await hub.open(this.#sink(encodings, missed), { liveId, types: encodings.types, after }));
	}

	/** Sends the reason and closes. If the program reads nothing, ws terminates the connection after 30 s. */
	end(why: Ending): void {
		this.#webSocket.close(closeCodes[why], why);
	}

	#sink({ plain, deflated }: TableEncodings, missed: () => void): ReaderSink<ListenerFrames> {
		const webSocket = this.#webSocket;
		const { socket } = this.request;
		return {
			encoding: webSocket.extensions.includes("permessage-deflate") ? deflated : plain,
			account: this.#account,
			socket: () => socket,
			send({ frames, isGap }) {
				if (isGap) missed();
				// Bypasses ws's sender, which would frame each message again for each listener. The sender queues nothing
				// itself.
				if (webSocket.readyState === webSocket.OPEN && frames.length > 0) socket.write(frames);
			},
			truncated: missed,
			bufferedBytes: () => webSocket.bufferedAmount,
			takenBytes: () => takenBytes(socket),
			end: (reason) => this.end(endings[reason]),
		};
	}
}
