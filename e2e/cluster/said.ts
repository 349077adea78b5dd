import type { SimulatedRoom } from "@livekeeper/simulator";
import { RoomLog } from "../kit/room-log.ts";
import type { ServiceProcess } from "../kit/service-process.ts";
import { until } from "../kit/until.ts";

/** So many rooms are asked at once. */
const askedAtOnce = 10;

/** Has every room say something, and waits until it can be read. */
export class Said {
	readonly #rooms: readonly SimulatedRoom[];
	/** As far as each was read. */
	readonly #logs: ReadonlyMap<string, RoomLog>;

	constructor(rooms: readonly SimulatedRoom[], service: () => Pick<ServiceProcess, "request">) {
		const request = (method: string, path: string) => service().request(method, path);
		this.#rooms = rooms;
		this.#logs = new Map(rooms.map(({ liveId }) => [liveId, new RoomLog({ request }, liveId)]));
	}

	/** @returns what waits until all that is said now is stored */
	say(): (what: string) => Promise<void> {
		const missing = this.#rooms.map((room) => {
			room.produce(1);
			return { liveId: room.liveId, id: room.generatedIds(room.info.generated - 1)[0] };
		});
		const isStored = async () => {
			const asked = missing.splice(0, askedAtOnce);
			const stored = await Promise.all(asked.map(({ liveId, id }) => this.#has(liveId, id)));
			missing.push(...asked.filter((_, index) => !stored[index]));
			return missing.length === 0;
		};
		return (what) =>
			until(`what every room says is stored after ${what}`, isStored, {
				limitMs: 120_000,
				describe: () => missing,
			}).then(() => undefined);
	}

	/** What was read of a room so far, by one who reads it on whichever node is there. */
	logOf(liveId: string): RoomLog {
		const log = this.#logs.get(liveId);
		if (!log) throw new Error(`there is no room ${liveId}`);
		return log;
	}

	async #has(liveId: string, id: string | undefined): Promise<boolean> {
		const log = this.#logs.get(liveId);
		// A node or server that does not answer at the moment is asked again.
		await log?.readOn().catch(() => undefined);
		return log?.events.some((event) => event.id === id) ?? false;
	}
}
