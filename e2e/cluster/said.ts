import type { SimulatedRoom } from "@livekeeper/simulator";
import { RoomLog } from "../kit/room-log.ts";
import type { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";

/** Number of rooms read at once. */
const askedAtOnce = 10;

/** Makes every room send a message, and waits until it can be read. */
export class Said {
	readonly #rooms: readonly SimulatedRoom[];
	readonly #limitMs: number;
	/** Logs of the rooms, as far as they have been read. */
	readonly #logs: ReadonlyMap<string, RoomLog>;

	/** @param limitMs maximum wait for the messages; only guards against hanging */
	constructor(rooms: readonly SimulatedRoom[], service: () => Pick<ServiceProcess, "request">, limitMs = 120_000) {
		this.#limitMs = limitMs;
		const request = (method: string, path: string) => service().request(method, path);
		this.#rooms = rooms;
		this.#logs = new Map(rooms.map(({ liveId }) => [liveId, new RoomLog({ request }, liveId)]));
	}

	/**
	 * @returns a function that waits until each room has stored this message or a later one: a gap may report the first
	 * of them, which is judged at the end
	 */
	say(): (what: string) => Promise<void> {
		const missing = this.#rooms.map((room) => {
			room.produce(1);
			return { room, from: room.info.generated - 1 };
		});
		const isStored = async () => {
			const asked = missing.splice(0, askedAtOnce);
			const stored = await Promise.all(asked.map(({ room, from }) => this.#has(room, from)));
			missing.push(...asked.filter((_, index) => !stored[index]));
			return missing.length === 0;
		};
		return (what) =>
			until(`every room's messages are stored after ${what}`, isStored, {
				limitMs: this.#limitMs,
				describe: () => missing.map(({ room, from }) => ({ liveId: room.liveId, id: room.generatedIds(from)[0] })),
			}).then(() => undefined);
	}

	/** Returns everything read of a room so far, from whichever node was available. */
	logOf(liveId: string): RoomLog {
		const log = this.#logs.get(liveId);
		if (!log) throw new Error(`there is no room ${liveId}`);
		return log;
	}

	async #has(room: SimulatedRoom, from: number): Promise<boolean> {
		const log = this.#logs.get(room.liveId);
		// A node or server that does not answer now is asked again.
		await log?.readOn().catch(() => undefined);
		const said = new Set(room.generatedIds(from));
		return log?.events.some(({ id }) => said.has(id)) ?? false;
	}
}
