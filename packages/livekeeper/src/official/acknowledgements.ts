import type { OfficialType } from "@livekeeper/douyin";
import type { AckItem, OpenPlatformClient } from "./open-platform-client.ts";

const maxWaiting = 20_000;
const atOnce = 200;
/** Calls for them before other things have their turn: calls are few. */
const callsInTurn = 10;

/** Entries whose receipt is still to be acknowledged to the platform. */
export class Acknowledgements {
	readonly #client: Pick<OpenPlatformClient, "acknowledge">;
	readonly #roomId: string;
	readonly #waiting: AckItem[] = [];
	#sent = 0;

	constructor(client: Pick<OpenPlatformClient, "acknowledge">, roomId: string) {
		this.#client = client;
		this.#roomId = roomId;
	}

	/** How many were acknowledged to the platform. */
	get sent(): number {
		return this.#sent;
	}

	/** Past 20,000 that wait none is added: the platform needs none of them, it only likes to know. */
	add(msgIds: readonly string[], type: OfficialType, now: number): void {
		for (const id of msgIds) {
			if (this.#waiting.length >= maxWaiting) return;
			this.#waiting.push({ msg_id: id, msg_type: type, client_time: now });
		}
	}

	/** Tells of some; of the others later. @throws OpenPlatformError: they wait on */
	async send(): Promise<void> {
		for (let call = 0; call < callsInTurn && this.#waiting.length > 0; call++) {
			const items = this.#waiting.slice(0, atOnce);
			await this.#client.acknowledge(this.#roomId, items);
			this.#waiting.splice(0, items.length);
			this.#sent += items.length;
		}
	}
}
