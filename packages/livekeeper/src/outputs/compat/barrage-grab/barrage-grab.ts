import { LivekeeperError } from "@livekeeper/base/errors";
import type { Logger } from "pino";
import type { LiveService } from "../../../live/index.ts";
import { addressOf } from "../address.ts";
import type { Listener } from "../listener.ts";
import type { Protocol } from "../listener-server.ts";
import { encodingsOf, type TableEncodings } from "../message-table.ts";
import { barrageGrabMessages } from "./messages.ts";

export interface BarrageGrabDeps {
	live: LiveService;
	logger: Logger;
}

/**
 * DouyinBarrageGrab's server. Sends the messages of all rooms at any address, or of the rooms listed in `?live_id=`.
 * Ignores what clients send: one of their commands would end the program, and none applies here.
 */
export function barrageGrab({ live, logger }: BarrageGrabDeps): Protocol {
	const encodings = encodingsOf(barrageGrabMessages, live);
	return {
		name: "DouyinBarrageGrab",
		accept(request) {
			const named = addressOf(request)
				.query.getAll("live_id")
				.flatMap((text) => text.split(","))
				.map((text) => text.trim());
			return (listener) => new RoomsListener(listener, new Set(named), encodings, { live, logger }).serve();
		},
		answer(_request, response) {
			response.writeHead(426, {
				"content-type": "text/plain; charset=utf-8",
				upgrade: "websocket",
				connection: "close",
			});
			response.end("WebSocket\n");
		},
	};
}

/** One client and the rooms it reads. */
class RoomsListener {
	readonly #listener: Listener;
	/** Rooms from `?live_id=`. Empty: all rooms. */
	readonly #named: ReadonlySet<string>;
	readonly #encodings: TableEncodings;
	readonly #deps: BarrageGrabDeps;
	/** Ends the reading of each room. While a read is being opened, its entry only marks it as left. */
	readonly #rooms = new Map<string, () => void>();

	constructor(listener: Listener, named: ReadonlySet<string>, encodings: TableEncodings, deps: BarrageGrabDeps) {
		this.#listener = listener;
		this.#named = named;
		this.#encodings = encodings;
		this.#deps = deps;
	}

	serve(): void {
		const { live } = this.#deps;
		const unsubscribe = live.onStatus(({ liveId, state }) => {
			if (state === "stopped") this.#leave(liveId);
			else void this.#read(liveId);
		});
		this.#listener.onClosed(() => {
			unsubscribe();
			for (const liveId of [...this.#rooms.keys()]) this.#leave(liveId);
		});
		for (const liveId of live.getStatus().activeRooms) void this.#read(liveId);
	}

	async #read(liveId: string): Promise<void> {
		if (this.#rooms.has(liveId) || !this.#listener.isOpen || !this.#mayRead(liveId)) return;
		let left = false;
		this.#rooms.set(liveId, () => {
			left = true;
		});
		try {
			// The protocol carries only what viewers do, so a loss is reported in the log, where the operator looks.
			const missed = () => this.#deps.logger.warn({ event: "listener_missed", live_id: liveId });
			const end = await this.#listener.read(liveId, this.#encodings, missed);
			if (left) end();
			else this.#rooms.set(liveId, end);
		} catch (error) {
			this.#deps.logger.warn({ event: "listener_not_served", live_id: liveId, err: error });
			this.#listener.end("upstream_start_failed");
		}
	}

	#mayRead(liveId: string): boolean {
		if (this.#named.size > 0 && !this.#named.has(liveId)) return false;
		try {
			this.#listener.scope.require({ room: liveId });
			return true;
		} catch (error) {
			if (error instanceof LivekeeperError) return false;
			throw error;
		}
	}

	#leave(liveId: string): void {
		this.#rooms.get(liveId)?.();
		this.#rooms.delete(liveId);
	}
}
