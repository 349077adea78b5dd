import type { IncomingMessage } from "node:http";
import { askedLanguage, type Language } from "@livekeeper/base/text";
import { type Clock, parseLiveId, readCookie } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { LiveRoomStatus, LiveService, RoomFinder } from "../../../live/index.ts";
import { douyinLiveTexts } from "../../../text/index.ts";
import type { UpgradeAccess } from "../../readers/index.ts";
import type { Listener } from "../listener.ts";
import { addressOf, noSuchAddress, type Protocol, unescaped } from "../listener-server.ts";
import { encodingsOf, type TableEncodings } from "../message-table.ts";
import type { VisitedRooms } from "../visited-rooms.ts";
import { douyinLiveMessages } from "./messages.ts";
import { answerRoutes, codeOf, type StatusCode, type StatusWords, statusMessage } from "./routes.ts";

export interface DouyinLiveDeps {
	live: LiveService;
	rooms: VisitedRooms;
	finder: Pick<RoomFinder, "find">;
	access: UpgradeAccess;
	/** Metrics in Prometheus format. */
	metrics: { readonly contentType: string; text(): Promise<string> };
	clock: Clock;
	logger: Logger;
}

const pathPattern = /^\/ws\/([^/]+)\/?$/;

/** jwwsjlm/douyinLive's server: a room at `/ws/{live_id}`, with HTTP queries about rooms beside it. */
export function douyinLive(deps: DouyinLiveDeps): Protocol {
	const encodings = encodingsOf(douyinLiveMessages, deps.live);
	return {
		name: "douyinLive",
		accept(request, scope) {
			const [, part] = pathPattern.exec(addressOf(request).path) ?? [];
			if (part === undefined) throw noSuchAddress();
			const id = unescaped(part);
			const parsed = parseLiveId(id);
			const liveId = parsed.ok ? parsed.liveId : undefined;
			if (liveId !== undefined) scope.require({ room: liveId });
			return (listener) => void new RoomListener(listener, liveId, encodings, deps).serve(id);
		},
		answer: answerRoutes(deps),
	};
}

/** One client of one room. */
class RoomListener {
	readonly #listener: Listener;
	readonly #liveId: string | undefined;
	readonly #encodings: TableEncodings;
	readonly #deps: DouyinLiveDeps;
	readonly #language: Language;
	/** Last status code sent to the client. */
	#lastCode: StatusCode | undefined;

	constructor(listener: Listener, liveId: string | undefined, encodings: TableEncodings, deps: DouyinLiveDeps) {
		this.#listener = listener;
		this.#liveId = liveId;
		this.#encodings = encodings;
		this.#deps = deps;
		// The program's own texts are Chinese, so Chinese is the default.
		this.#language = askedLanguage(listener.request) ?? "zh";
	}

	/** @param asked the room as written in the address */
	async serve(asked: string): Promise<void> {
		const listener = this.#listener;
		answerTextPings(listener);
		if (this.#liveId === undefined) this.#sendStatus("ROOM_NOT_FOUND", asked, undefined);
		else await this.#follow(this.#liveId);
	}

	async #follow(liveId: string): Promise<void> {
		const { live, logger } = this.#deps;
		const listener = this.#listener;
		let entered = false;
		listener.onClosed(
			live.onStatus((status) => {
				if (status.liveId === liveId && entered) this.#changed(status);
			}),
		);
		try {
			const ends = [
				await this.#enter(liveId),
				await listener.read(liveId, this.#encodings, () => this.#missed(liveId)),
			];
			entered = true;
			const close = () => {
				for (const end of ends) end();
			};
			if (listener.isOpen) listener.onClosed(close);
			else close();
			const room = await live.findRoom(liveId);
			if (room) this.#changed(room.status);
			// The room was stopped. The listener reads it from its next start.
			else if (this.#mayStart) this.#sendStatus("ROOM_STATUS_UNKNOWN", liveId, undefined, douyinLiveTexts.stopped);
			else this.#sendStatus("ROOM_NOT_FOUND", liveId, undefined);
		} catch (error) {
			logger.warn({ event: "listener_not_served", live_id: liveId, err: error });
			this.#sendStatus("ROOM_STATUS_UNKNOWN", liveId, undefined);
			listener.end("upstream_start_failed");
		}
	}

	/** Whether this client may start a room. A read-only client may not. */
	get #mayStart(): boolean {
		return this.#listener.scope.who === "owner";
	}

	async #enter(liveId: string): Promise<() => void> {
		if (!this.#mayStart) return () => undefined;
		return this.#deps.rooms.enter(liveId, this.#cookie(this.#listener.request, liveId));
	}

	/**
	 * Returns the cookie from the address. Accepts it only from this machine, because it opens an account and would cross
	 * a network in clear text, and only for a room that this listener starts, so no listener changes the identity of a
	 * kept room.
	 */
	#cookie(request: IncomingMessage, liveId: string): string | undefined {
		const { query } = addressOf(request);
		const encoded = query.get("cookie_b64");
		const text = query.get("cookie") || (encoded && Buffer.from(encoded, "base64").toString());
		if (!text) return undefined;
		const { live, logger } = this.#deps;
		const why = live.getRoom(liveId) ? "kept" : isFromHere(request) ? undefined : "remote";
		try {
			if (why === undefined) return readCookie(text).cookie;
			logger.warn({ event: "listener_cookie_ignored", live_id: liveId, why });
		} catch {
			// The error could quote part of the cookie.
			logger.warn({ event: "listener_cookie_ignored", live_id: liveId, why: "unreadable" });
		}
		return undefined;
	}

	#changed(status: LiveRoomStatus): void {
		if (status.state === "stopped") {
			this.#listener.end("normal_close");
			return;
		}
		const code = codeOf(status, this.#lastCode);
		if (code !== undefined && code !== this.#lastCode) this.#sendStatus(code, status.liveId, status);
	}

	/** Sends the current status again, with words that report a possible loss. */
	#missed(liveId: string): void {
		const status = this.#deps.live.getRoom(liveId);
		const code = this.#lastCode ?? (status && codeOf(status, undefined)) ?? "ROOM_STATUS_UNKNOWN";
		const { message, suggestion } = douyinLiveTexts.missed;
		this.#sendStatus(code, liveId, status, { ...douyinLiveTexts[code], message, suggestion });
	}

	#sendStatus(code: StatusCode, liveId: string, status: LiveRoomStatus | undefined, words?: StatusWords): void {
		this.#lastCode = code;
		const listener = this.#listener;
		if (!listener.isOpen) return;
		const how = { now: this.#deps.clock.now(), language: this.#language, words };
		listener.say(statusMessage(code, liveId, status, how));
		if (code === "ROOM_NOT_FOUND") listener.end("room_not_found");
	}
}

/**
 * Answers the word "ping": browser pages cannot see protocol pings, so these programs send the word. At most one answer
 * is queued at a time.
 */
function answerTextPings(listener: Listener): void {
	let answering = false;
	listener.onText((text) => {
		if (text !== "ping" || answering || !listener.isOpen) return;
		answering = true;
		listener.say("pong", () => {
			answering = false;
		});
	});
}

/** Whether the client is on this machine. A proxied request is not, because it speaks for others. */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
	const from = socket.remoteAddress ?? "";
	return headers["x-forwarded-for"] === undefined && /^(?:::1|(?:::ffff:)?127\.[\d.]+)$/.test(from);
}
