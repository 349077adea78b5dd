import type { OfficialType } from "@livekeeper/douyin";
import type { AckItem, OpenPlatformClient } from "./open-platform-client.ts";

const maxWaiting = 20_000;
const atOnce = 200;
/** Maximum number of calls in one go, because an app's calls are limited and other work needs them. */
const callsInTurn = 10;

/** Receipts of entries not yet acknowledged to the platform. */
export class Acknowledgements {
	readonly #client: Pick<OpenPlatformClient, "acknowledge">;
	readonly #roomId: string;
	readonly #waiting: AckItem[] = [];
	#sent = 0;

	constructor(client: Pick<OpenPlatformClient, "acknowledge">, roomId: string) {
		this.#client = client;
		this.#roomId = roomId;
	}

	/** Number of entries acknowledged to the platform. */
	get sent(): number {
		return this.#sent;
	}

	/** Queues receipts. Beyond 20,000 queued ones none is added, because the platform does not depend on them. */
	add(msgIds: readonly string[], type: OfficialType, now: number): void {
		for (const id of msgIds) {
			if (this.#waiting.length >= maxWaiting) return;
			this.#waiting.push({ msg_id: id, msg_type: type, client_time: now });
		}
	}

	/** Sends some of the receipts, and leaves the others for later. @throws OpenPlatformError: they stay queued */
	async send(): Promise<void> {
		for (let call = 0; call < callsInTurn && this.#waiting.length > 0; call++) {
			const items = this.#waiting.slice(0, atOnce);
			await this.#client.acknowledge(this.#roomId, items);
			this.#waiting.splice(0, items.length);
			this.#sent += items.length;
		}
	}
}
