import { encode, placed, tokenOf } from "../../storage/index.ts";
import type { StateBucket } from "./state-bucket.ts";

/** All rooms that ever had an event, under `room.<room>`, in the order of their first batch. */
export class KnownRooms {
	readonly #bucket: StateBucket;

	constructor(bucket: StateBucket) {
		this.#bucket = bucket;
	}

	async add(liveId: string): Promise<void> {
		await this.#bucket.change(`room.${tokenOf(liveId)}`, (entry) => (entry ? undefined : encode({ liveId })));
	}

	async has(liveId: string): Promise<boolean> {
		return (await this.#bucket.get(`room.${tokenOf(liveId)}`)) !== undefined;
	}

	async list(): Promise<string[]> {
		return (await this.#bucket.list("room.>")).map((entry) => placed<{ liveId: string }>(entry).value.liveId);
	}
}
