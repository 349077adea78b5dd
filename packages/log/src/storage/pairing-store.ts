import type { KeyValues } from "./key-values.ts";
import { textOf } from "./ordered-values.ts";
import type { SecretBox } from "./secret-box.ts";

/** A pairing through which a browser hands its cookie over. */
export interface StoredPairing {
	id: string;
	code: string;
	/** ms since the epoch. */
	expiresAt: number;
	attemptsLeft: number;
	/** The received cookie. */
	received?: string;
}

/** Store of the only pairing. All calls reject with LivekeeperError `storage_failing` if NATS does not answer. */
export interface PairingStore {
	get(): Promise<StoredPairing | undefined>;
	/**
	 * @param change returns the new pairing; `undefined`: unchanged. May be called several times, and its errors are
	 * thrown
	 */
	change(change: (pairing: StoredPairing | undefined) => StoredPairing | undefined): Promise<void>;
	remove(): Promise<void>;
}

/** Store of a single node: a received cookie never reaches its disk. */
export function pairingInMemory(): PairingStore {
	let pairing: StoredPairing | undefined;
	return {
		get: async () => pairing,
		change: async (change) => {
			pairing = change(pairing) ?? pairing;
		},
		remove: async () => {
			pairing = undefined;
		},
	};
}

const key = "pairing";
/** No live id has a colon, so nothing sealed for a room opens as a pairing. */
const context = "pairing:";

/** Store of all nodes: the browser connects to its own machine's node, and the page to any. @param box seals it */
export function sharedPairing(kv: KeyValues, box: SecretBox): PairingStore {
	const opened = (value: Uint8Array) => {
		const text = box.open(Buffer.from(textOf(value), "base64"), context);
		return text === undefined ? undefined : (JSON.parse(text) as StoredPairing);
	};
	return {
		async get() {
			const entry = await kv.get(key);
			return entry && opened(entry.value);
		},
		change: (change) =>
			kv.change(key, (entry) => {
				const pairing = change(entry && opened(entry.value));
				return pairing && Buffer.from(box.seal(JSON.stringify(pairing), context).toString("base64"));
			}),
		remove: async () => void (await kv.remove(key)),
	};
}
